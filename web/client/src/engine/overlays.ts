/** What lies over the image: one's own shapes, and answers of others that are looked at only. */

import type { Size } from "./geometry";
import { type Looks, OverlayLooks, type OverlayStyle } from "./look";
import type { Layer } from "./painter";
import { type ShapesValue, shapesOf } from "./shapes";

/** An answer of anybody's, drawn but not touched. */
export interface OverlayAnswer {
  readonly field: string;
  readonly value: ShapesValue;
}

interface Overlay {
  readonly answers: readonly OverlayAnswer[];
  readonly style: OverlayStyle;
}

export class Overlays {
  readonly #overlays = new Map<string, Overlay>();
  #layers: readonly (readonly [string, Layer])[] = [];

  get layers(): readonly (readonly [string, Layer])[] {
    return this.#layers;
  }

  set(id: string, overlay: Overlay | null): void {
    if (overlay) this.#overlays.set(id, overlay);
    else this.#overlays.delete(id);
  }

  clear(): void {
    this.#overlays.clear();
    this.#layers = [];
  }

  /** Makes the shapes, when answers, labels or the image are others. */
  layOut(looks: Looks, size: Size): void {
    this.#layers = [...this.#overlays].map(([id, { answers, style }]) => {
      const styled = new OverlayLooks(style);
      const shapes = answers.flatMap(({ field, value }) => shapesOf(field, value, size, () => ""));
      return [id, { shapes, look: (shape) => styled.of(looks.of(shape)) }] as const;
    });
  }
}
