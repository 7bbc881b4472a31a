import { Stroke } from "../bitmap";
import type { Desk, Target } from "../desk";
import type { Point } from "../geometry";
import type { Command } from "../history";
import { LIGHT } from "../look";
import type { Pen } from "../pen";
import { encode } from "../rle";
import { isBlank, type MaskShape, recordOf } from "../shapes";
import type { Press, Tool } from "./tool";

/** Paints into the mask that is selected, or the last one of the label, or a new one; the eraser, out of all of the field's. */
export class BrushTool implements Tool {
  readonly #desk: Desk;
  readonly #value: 0 | 1;
  readonly #strokes = new Map<string, Stroke>();
  #added: Command | null = null;
  #at: Point | null = null;
  #hover: Point | null = null;
  #fresh = false;

  constructor(desk: Desk, value: 0 | 1) {
    this.#desk = desk;
    this.#value = value;
  }

  /** The next stroke begins a mask of its own. */
  startNew(): void {
    this.#fresh = true;
    this.#desk.select(null);
  }

  press({ at }: Press): boolean {
    const target = this.#desk.target;
    if (!target) return false;
    for (const mask of this.#value ? this.#paintable(target) : this.#erasable(target))
      this.#strokes.set(mask.id, new Stroke(mask.bitmap, this.#value));
    this.#at = at;
    this.#sweep(at);
    return true;
  }

  drag(presses: readonly Press[]): void {
    for (const { at } of presses) this.#sweep(at);
  }

  release({ at }: Press): void {
    this.#sweep(at);
    const commands: Command[] = this.#added ? [this.#added] : [];
    for (const [id, stroke] of this.#strokes) {
      const flips = stroke.flips();
      if (flips.length) commands.push({ kind: "paint", id, flips });
    }
    const touched = [...this.#strokes.keys()];
    const isPainted = commands.some(({ kind }) => kind === "paint");
    // A first stroke wholly beside the image leaves a mask with nothing in it; so does the eraser.
    commands.push(...touched.flatMap((id) => this.#removedIfBlank(id)));
    this.#end();
    if (isPainted) this.#desk.record(commands.length === 1 ? (commands[0] as Command) : { kind: "several", commands });
    if (this.#value && isPainted) this.#desk.select(touched[0] as string);
  }

  cancel(): void {
    for (const [id, stroke] of this.#strokes) this.#desk.apply({ kind: "paint", id, flips: stroke.flips() });
    if (this.#added?.kind === "add") this.#desk.apply({ ...this.#added, kind: "remove" });
    this.#end();
  }

  escape(): boolean {
    const begun = this.#at !== null;
    this.cancel();
    return begun;
  }

  hover(press: Press | null): void {
    this.#hover = press?.at ?? null;
  }

  draw(pen: Pen): void {
    const { target, brush } = this.#desk;
    const at = this.#at ?? this.#hover;
    if (!at || !target) return;
    pen.ring(at, brush / 2, this.#value ? this.#desk.look({ field: target.field.key, label: target.label }).color : LIGHT);
  }

  #paintable({ field, label }: Target): MaskShape[] {
    const { scene, selected } = this.#desk;
    const fits = (shape: unknown): shape is MaskShape => {
      const mask = shape as MaskShape | undefined;
      return mask?.kind === "mask" && mask.field === field.key && mask.label === label && !scene.isHidden(mask.id);
    };
    const known = fits(selected) ? selected : this.#fresh ? undefined : scene.shapes.findLast(fits);
    this.#fresh = false;
    if (known) {
      this.#desk.lift(known.id);
      return [known];
    }
    const id = scene.name();
    const counts = encode(new Uint8Array(scene.size.width * scene.size.height));
    this.#added = { kind: "add", at: scene.shapes.length, shape: { kind: "mask", id, field: field.key, label, counts } };
    this.#desk.apply(this.#added);
    this.#desk.lift(id);
    return scene.shapes.filter((shape): shape is MaskShape => shape.id === id && shape.kind === "mask");
  }

  #erasable({ field }: Target): MaskShape[] {
    const { scene, selected } = this.#desk;
    const masks = scene.visible.filter((shape): shape is MaskShape => shape.kind === "mask" && shape.field === field.key);
    return masks.includes(selected as MaskShape) ? [selected as MaskShape] : masks;
  }

  #sweep(to: Point): void {
    const from = this.#at ?? to;
    this.#at = to;
    for (const stroke of this.#strokes.values()) this.#desk.damage(stroke.sweep(from, to, this.#desk.brush / 2));
  }

  #removedIfBlank(id: string): Command[] {
    const { scene } = this.#desk;
    const shape = scene.find(id);
    if (!shape || !isBlank(shape)) return [];
    const command: Command = { kind: "remove", at: scene.shapes.indexOf(shape), shape: recordOf(shape) };
    this.#desk.apply(command);
    return [command];
  }

  #end(): void {
    this.#strokes.clear();
    this.#added = null;
    this.#at = null;
    this.#desk.lift(null);
  }
}
