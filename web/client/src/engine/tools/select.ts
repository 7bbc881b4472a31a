import { artOf } from "../art";
import type { Desk } from "../desk";
import { distance, type Point, stepInside } from "../geometry";
import { LIGHT, WRONG } from "../look";
import { faultIn, MIN_CORNERS } from "../outline";
import type { Pen } from "../pen";
import { moved, type Outlined, type Shape, shapeBounds } from "../shapes";
import { LEAST_SIDE } from "./box";
import { type Handle, handleAt, handlesOf, pulled } from "./handles";
import { shapeAt } from "./hit";
import { type Press, reachOf, type Tool } from "./tool";

/** A press that moves less than this only selects, CSS pixels. */
const SLIP = 3;
const SLIP_BY_TOUCH = 8;

interface Hold {
  readonly before: Outlined;
  /** The handle in hand; null moves the whole. */
  readonly handle: Handle | null;
  readonly from: Press;
  /** What it is now; null until the pointer has really moved. */
  after: Outlined | null;
}

/** Selects, moves and reshapes; beside all shapes it drags the image. */
export class SelectTool implements Tool {
  readonly #desk: Desk;
  #hold: Hold | null = null;
  #hover: Press | null = null;
  /** The corner that was touched last: Backspace takes it out. */
  #corner: { readonly id: string; readonly index: number } | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  press(press: Press): boolean {
    const { selected, viewport } = this.#desk;
    const editable = this.#editable(selected);
    const handle = editable && handleAt(editable, press.at, viewport, press.touch);
    if (editable && handle) {
      this.#hold = { before: editable, handle, from: press, after: null };
      this.#corner = handle.kind === "corner" ? { id: editable.id, index: handle.index } : null;
      return true;
    }
    const hit = this.#hit(press);
    if (!hit) return false;
    this.#corner = null;
    // By touch a drag over a shape that was not chosen before is more likely meant to move the image.
    if (press.touch && hit !== selected) return false;
    this.#desk.select(hit.id);
    const movable = this.#editable(hit);
    if (movable) this.#hold = { before: movable, handle: null, from: press, after: null };
    return movable !== null;
  }

  tap(press: Press): void {
    this.#corner = null;
    this.#desk.select(this.#hit(press)?.id ?? null);
  }

  drag(presses: readonly Press[]): void {
    const hold = this.#hold;
    const last = presses.at(-1);
    if (!hold || !last) return;
    const far = distance(hold.from.at, last.at) * this.#desk.viewport.scale;
    if (!hold.after && far < (last.touch ? SLIP_BY_TOUCH : SLIP)) return;
    if (!hold.after) this.#desk.lift(hold.before.id);
    hold.after = this.#pulled(hold, last.at);
  }

  release(press: Press): void {
    this.drag([press]);
    const hold = this.#hold;
    this.cancel();
    if (!hold?.after) return;
    const { before, after, handle } = hold;
    if (after.kind === "box" && (after.width < LEAST_SIDE || after.height < LEAST_SIDE)) return;
    const fault = after.kind === "polygon" ? faultIn(after.points, this.#desk.scene.size) : null;
    if (fault) {
      this.#desk.refuse(fault, press.at);
      return;
    }
    if (handle?.kind === "middle") this.#corner = { id: before.id, index: handle.index + 1 };
    this.#desk.run({ kind: "change", before, after });
  }

  cancel(): void {
    this.#hold = null;
    this.#desk.lift(null);
  }

  escape(): boolean {
    const begun = this.#hold !== null || this.#desk.selected !== undefined;
    this.cancel();
    this.#desk.select(null);
    return begun;
  }

  hover(press: Press | null): void {
    this.#hover = press;
  }

  /** Takes the corner touched last out of its outline. */
  back(): boolean {
    const shape = this.#editable(this.#desk.selected);
    const corner = this.#corner;
    if (shape?.kind !== "polygon" || corner?.id !== shape.id || !shape.points[corner.index]) return false;
    const points = shape.points.toSpliced(corner.index, 1);
    this.#corner = null;
    const fault = points.length < MIN_CORNERS ? "few-corners" : faultIn(points, this.#desk.scene.size);
    if (fault) this.#desk.refuse(fault, shape.points[corner.index] as Point);
    else this.#desk.run({ kind: "change", before: shape, after: { ...shape, points } });
    return !fault;
  }

  /** The CSS cursor that says what a press would do here. */
  get cursor(): string {
    const press = this.#hover;
    if (!press) return "default";
    const { selected, viewport } = this.#desk;
    const editable = this.#editable(selected);
    const handle = editable && handleAt(editable, press.at, viewport, press.touch);
    if (handle) return cursorOf(handle);
    const hit = this.#hit(press);
    if (!hit) return "grab";
    return this.#editable(hit) ? "move" : "pointer";
  }

  draw(pen: Pen): void {
    const shape = this.outline(pen);
    if (!shape || this.#desk.readOnly) return;
    const { color } = this.#desk.look(shape);
    for (const handle of handlesOf(shape, this.#desk.viewport)) {
      const held = handle.kind === "corner" && this.#corner?.id === shape.id && this.#corner.index === handle.index;
      pen.handle(handle.at, color, held ? "held" : handle.kind === "middle" ? "middle" : "corner");
    }
  }

  /** Marks the selection; gives the shape that can have handles. */
  outline(pen: Pen): Outlined | null {
    const { selected, scene } = this.#desk;
    if (!selected || scene.isHidden(selected.id)) return null;
    if (selected.kind === "mask") {
      const bounds = selected.bitmap.bounds();
      if (bounds) pen.frame(bounds, { color: LIGHT, width: 1, dash: [5, 4] });
      return null;
    }
    const pulled = this.#hold?.after;
    const shape = pulled ?? selected;
    const { color, fill } = this.#desk.look(shape);
    const isWrong = pulled?.kind === "polygon" && faultIn(pulled.points, scene.size) !== null;
    pen.path(artOf(shape).path, { color: isWrong ? WRONG : color, width: 3, fill: pulled ? fill : 0 });
    return shape;
  }

  #editable(shape: Shape | undefined): Outlined | null {
    return shape && shape.kind !== "mask" && !this.#desk.readOnly && !this.#desk.scene.isHidden(shape.id) ? shape : null;
  }

  #hit({ at, touch }: Press): Shape | null {
    return shapeAt(this.#desk.scene.visible, at, reachOf(touch) / 2 / this.#desk.viewport.scale);
  }

  /** The shape as the pointer has it; the handle keeps its distance from the pointer that took it. */
  #pulled({ before, handle, from }: Hold, at: Point): Outlined {
    const { size } = this.#desk.scene;
    const step = { x: at.x - from.at.x, y: at.y - from.at.y };
    if (handle) return pulled(before, handle, { x: handle.at.x + step.x, y: handle.at.y + step.y }, size);
    return moved(before, stepInside(shapeBounds(before), step, size), size);
  }
}

function cursorOf(handle: Handle): string {
  if (handle.kind !== "side") return handle.kind === "middle" ? "copy" : "pointer";
  if (!handle.across) return "ns-resize";
  if (!handle.down) return "ew-resize";
  return handle.across === handle.down ? "nwse-resize" : "nesw-resize";
}
