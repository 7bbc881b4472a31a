/** Who listens to what the engine tells. */

import type { Point } from "./geometry";
import type { OutlineFault } from "./outline";
import type { ToolName } from "./tools/tool";

/** Why a shape was not taken; the app has the words. */
export type RefusalReason = OutlineFault | "many-shapes" | "many-corners-in-all";

export interface EngineEvents {
  /** The shapes, or the outline in hand, changed: time to keep a draft. Names the fields whose values are others now. */
  change: { readonly fields: readonly string[] };
  selection: { readonly id: string | null };
  tool: { readonly tool: ToolName; readonly field: string | null; readonly label: string | null; readonly brush: number };
  /** CSS pixels a pixel of the image. */
  zoom: { readonly scale: number };
  refusal: { readonly reason: RefusalReason; readonly field: string | null; readonly at: Point };
  /** A finger covers where it draws; null when it is gone. `at` is in CSS pixels from the host's corner. */
  magnify: Magnified | null;
}

export interface Magnified {
  readonly at: Point;
  /** Paints what is beneath the finger, enlarged, over the whole of a canvas. */
  paint(canvas: HTMLCanvasElement, zoom?: number): void;
}

type Listener<T> = (event: T) => void;

export class Listeners {
  readonly #of = new Map<keyof EngineEvents, Set<Listener<never>>>();

  /** Gives what stops the listening. */
  on<K extends keyof EngineEvents>(kind: K, listener: Listener<EngineEvents[K]>): () => void {
    const listeners = this.#of.get(kind) ?? new Set();
    this.#of.set(kind, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  tell<K extends keyof EngineEvents>(kind: K, event: EngineEvents[K]): void {
    for (const listener of [...(this.#of.get(kind) ?? [])]) (listener as Listener<EngineEvents[K]>)(event);
  }

  clear(): void {
    this.#of.clear();
  }
}
