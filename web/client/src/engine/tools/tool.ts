/** What a tool is, and what it can do to the rest. */

import type { Point, Rect } from "../geometry";
import type { Command } from "../history";
import type { Look } from "../look";
import type { OutlineFault } from "../outline";
import type { Pen } from "../pen";
import type { Scene } from "../scene";
import type { Shape, ShapeField } from "../shapes";
import type { Viewport } from "../viewport";

export type ToolName = "select" | "box" | "polygon" | "brush" | "eraser";

/** Why a shape was not taken; the app has the words. */
export type RefusalReason = OutlineFault | "many-shapes" | "many-corners-in-all";

export interface Press {
  /** In pixels of the image, which it may be outside of. */
  readonly at: Point;
  readonly touch: boolean;
  /** Milliseconds. */
  readonly time: number;
}

export interface Target {
  readonly field: ShapeField;
  readonly label: string;
}

export interface Desk {
  readonly scene: Scene;
  readonly viewport: Viewport;
  /** Where a new shape goes; null where the form has no field for the tool. */
  readonly target: Target | null;
  readonly selected: Shape | undefined;
  readonly readOnly: boolean;
  /** The diameter in pixels of the image. */
  readonly brush: number;
  look(named: { field: string; label: string }): Look;
  /** Does it and remembers it. */
  run(command: Command): void;
  /** Does it only. */
  apply(command: Command): void;
  /** Remembers what was done already. */
  record(command: Command): void;
  /** Adds a new shape and selects it; refuses it where there are too many. */
  add(shape: Shape): boolean;
  select(id: string | null): void;
  /** Leaves the shape out of what is settled: the tool draws it meanwhile. */
  lift(id: string | null): void;
  damage(rect: Rect): void;
  refuse(reason: RefusalReason, at: Point): void;
}

export interface Tool {
  /** False where there is nothing for it: then the press drags the image. */
  press(press: Press): boolean;
  drag(presses: readonly Press[]): void;
  release(press: Press): void;
  /** A second finger came: what was begun by this press is dropped. */
  cancel(): void;
  /** A press that the tool left alone ended without a move. */
  tap?(press: Press): void;
  hover(press: Press | null): void;
  draw(pen: Pen): void;
  /** Drops what is begun; false where nothing was. */
  escape?(): boolean;
  finish?(): boolean;
  /** Takes back the last corner, or the one in hand. */
  back?(): boolean;
  undo?(): boolean;
  redo?(): boolean;
}

/** Half of what a handle takes to be hit, CSS pixels: 24 by mouse and pen, 44 by touch. */
export function reachOf(touch: boolean): number {
  return touch ? 22 : 12;
}
