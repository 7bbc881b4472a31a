/** What a tool is. */

import type { Point } from "../geometry";
import type { Pen } from "../pen";

export type ToolName = "select" | "box" | "polygon" | "brush" | "eraser";

export interface Press {
  /** In pixels of the image, which it may be outside of. */
  readonly at: Point;
  readonly touch: boolean;
  /** Milliseconds. */
  readonly time: number;
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
