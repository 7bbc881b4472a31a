import { closedPath } from "../art";
import type { Desk } from "../desk";
import { distance, inside, type Point } from "../geometry";
import { WRONG } from "../look";
import { faultIn, faultToward, MIN_CORNERS, type OutlineFault } from "../outline";
import type { Pen } from "../pen";
import type { Press, Tool } from "./tool";

/** So near its start a polygon closes, CSS pixels. */
const CLOSE = 12;
const CLOSE_BY_TOUCH = 24;
const DOUBLE_MS = 350;
const DOUBLE = 6;
const DOUBLE_BY_TOUCH = 16;

/** An outline that is not closed yet, as plain JSON: it survives a reload. */
export interface Draft {
  readonly field: string;
  readonly label: string;
  readonly points: readonly Point[];
}

export class PolygonTool implements Tool {
  readonly #desk: Desk;
  #draft: Draft | null = null;
  #taken: Point[] = [];
  #next: Point | null = null;
  #touch = false;
  #last: Press | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get draft(): Draft | null {
    return this.#draft?.points.length ? this.#draft : null;
  }

  set draft(draft: Draft | null) {
    this.#draft = draft;
    this.#taken = [];
  }

  get canRedo(): boolean {
    return this.#draft !== null && this.#taken.length > 0;
  }

  /** Another label was chosen: the outline in hand takes it on. */
  relabel(field: string, label: string): void {
    if (this.#draft?.field === field) this.#draft = { ...this.#draft, label };
  }

  press(press: Press): boolean {
    if (!this.#desk.target) return false;
    this.#follow(press);
    return true;
  }

  drag(presses: readonly Press[]): void {
    const last = presses.at(-1);
    if (last) this.#follow(last);
  }

  /** The corner is put where the pointer leaves: by touch one sees it in the magnifier first. */
  release(press: Press): void {
    this.#follow(press);
    const corner = this.#next as Point;
    const before = this.#last;
    this.#last = press;
    if (press.touch) this.#next = null;
    if (this.#closes(corner)) this.finish();
    else if (!before || !this.#isDouble(before, press)) this.#put(corner);
    else if ((this.#draft?.points.length ?? 0) >= MIN_CORNERS) this.finish();
  }

  cancel(): void {
    this.#next = null;
  }

  hover(press: Press | null): void {
    if (press) this.#follow(press);
    else this.#next = null;
  }

  finish(): boolean {
    const { scene } = this.#desk;
    const draft = this.draft;
    if (!draft) return false;
    const fault = faultIn(draft.points, scene.size);
    if (fault) return this.#desk.refuse(fault, draft.points.at(-1) as Point);
    if (!this.#desk.add({ kind: "polygon", id: scene.name(), ...draft })) return false;
    this.draft = null;
    this.#last = null;
    return true;
  }

  escape(): boolean {
    const begun = this.draft !== null;
    this.draft = null;
    return begun;
  }

  back(): boolean {
    return this.undo();
  }

  undo(): boolean {
    const draft = this.draft;
    if (!draft) {
      this.draft = null;
      return false;
    }
    this.#taken.push(draft.points.at(-1) as Point);
    this.#draft = { ...draft, points: draft.points.slice(0, -1) };
    return true;
  }

  redo(): boolean {
    const corner = this.#taken.pop();
    if (!corner || !this.#draft) return false;
    this.#draft = { ...this.#draft, points: [...this.#draft.points, corner] };
    return true;
  }

  draw(pen: Pen): void {
    const { scene } = this.#desk;
    const draft = this.draft;
    if (draft) {
      const next = this.#next;
      const { color, fill } = this.#desk.look(draft);
      const closes = next !== null && this.#closes(next);
      const end = draft.points.at(-1) as Point;
      pen.path(closedPath(next ? [...draft.points, next] : draft.points), { color, fill, width: 0 });
      pen.line(draft.points, { color });
      if (next) pen.line([end, next], { color: !closes && faultToward(draft.points, next, scene.size) ? WRONG : color, dash: [6, 4] });
      for (const [index, point] of draft.points.entries()) pen.handle(point, color, closes && index === 0 ? "held" : "corner");
    }
    if (this.#next) pen.crosshair(this.#next);
  }

  #follow({ at, touch }: Press): void {
    this.#next = inside(at, this.#desk.scene.size);
    this.#touch = touch;
  }

  #closes(corner: Point): boolean {
    const points = this.#draft?.points ?? [];
    const start = points[0];
    if (!start || points.length < MIN_CORNERS) return false;
    return distance(start, corner) * this.#desk.viewport.scale <= (this.#touch ? CLOSE_BY_TOUCH : CLOSE);
  }

  #isDouble(before: Press, press: Press): boolean {
    const near = distance(before.at, press.at) * this.#desk.viewport.scale <= (press.touch ? DOUBLE_BY_TOUCH : DOUBLE);
    return near && press.time - before.time < DOUBLE_MS;
  }

  #put(corner: Point): void {
    const { scene, target } = this.#desk;
    const draft = this.#draft ?? (target && { field: target.field.key, label: target.label, points: [] });
    if (!draft) return;
    const fault: OutlineFault | null = faultToward(draft.points, corner, scene.size);
    // A corner on the last one is a click too many, not a mistake.
    if (fault === "twice") return;
    if (fault) {
      this.#desk.refuse(fault, corner);
      return;
    }
    this.#draft = { ...draft, points: [...draft.points, corner] };
    this.#taken = [];
  }
}
