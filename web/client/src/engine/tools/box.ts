import { artOf } from "../art";
import type { Desk } from "../desk";
import { inside, type Point, rectBetween } from "../geometry";
import type { Pen } from "../pen";
import { type BoxShape, snapped } from "../shapes";
import type { Press, Tool } from "./tool";

/** Smaller than this on screen is a slip of the hand, CSS pixels. */
const LEAST_SEEN = 4;
/** Smaller than this the server refuses, pixels of the image. */
export const LEAST_SIDE = 1;

export class BoxTool implements Tool {
  readonly #desk: Desk;
  #from: Point | null = null;
  #to: Point | null = null;
  #hover: Point | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  press({ at }: Press): boolean {
    if (!this.#desk.target) return false;
    this.#from = this.#to = this.#within(at);
    return true;
  }

  drag(presses: readonly Press[]): void {
    const last = presses.at(-1);
    if (last) this.#to = this.#within(last.at);
  }

  release({ at }: Press): void {
    this.#to = this.#within(at);
    const box = this.#box();
    this.cancel();
    if (!box) return;
    const least = Math.max(LEAST_SEEN / this.#desk.viewport.scale, LEAST_SIDE);
    if (box.width >= least && box.height >= least) this.#desk.add({ ...box, id: this.#desk.scene.name() });
  }

  cancel(): void {
    this.#from = this.#to = null;
  }

  escape(): boolean {
    const begun = this.#from !== null;
    this.cancel();
    return begun;
  }

  hover(press: Press | null): void {
    this.#hover = press?.at ?? null;
  }

  draw(pen: Pen): void {
    const box = this.#box();
    if (box) pen.path(artOf(box).path, this.#desk.look(box));
    const cross = this.#to ?? this.#hover;
    if (cross) pen.crosshair(cross);
  }

  #within(at: Point): Point {
    return inside(at, this.#desk.scene.size);
  }

  #box(): BoxShape | null {
    const { target } = this.#desk;
    if (!target || !this.#from || !this.#to) return null;
    return { kind: "box", id: "", field: target.field.key, label: target.label, ...snapped(rectBetween(this.#from, this.#to)) };
  }
}
