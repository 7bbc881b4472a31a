/** All that is needed to go on after a reload: the shapes, what was done and undone, the outline in hand. Plain JSON. */

import type { Size } from "./geometry";
import type { Command, History } from "./history";
import type { Scene } from "./scene";
import { recordOf, type ShapeRecord } from "./shapes";
import type { Draft } from "./tools/polygon";

const VERSION = 1;

export interface Log {
  readonly version: number;
  readonly size: Size;
  /** How many names were given. */
  readonly named: number;
  readonly shapes: readonly ShapeRecord[];
  readonly done: readonly Command[];
  readonly undone: readonly Command[];
  readonly draft: Draft | null;
}

export function logOf(scene: Scene, { done, undone }: History, draft: Draft | null): Log {
  const { size, named, shapes } = scene;
  return { version: VERSION, size: { ...size }, named, shapes: shapes.map(recordOf), done: [...done], undone: [...undone], draft };
}

/** False, and nothing changed, for a log of another image or of another version of the client. */
export function restore(log: Log, scene: Scene, history: History): boolean {
  const { version, size, shapes, named, done, undone } = log;
  if (version !== VERSION || size.width !== scene.size.width || size.height !== scene.size.height) return false;
  try {
    scene.restore(shapes, named);
  } catch {
    return false;
  }
  history.restore(done, undone);
  return true;
}
