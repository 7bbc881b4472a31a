/** Draws what is in hand onto the live layer; widths and radii in CSS pixels at every zoom. */

import { openPath } from "./art";
import { grow, type Point, type Rect } from "./geometry";
import { DARK, LIGHT } from "./look";
import type { Stage } from "./stage";
import type { Viewport } from "./viewport";

const HANDLE_RADIUS = 5;

export interface Ink {
  readonly color: string;
  /** 0 is no line. */
  readonly width?: number;
  readonly fill?: number;
  readonly dash?: readonly number[];
}

export class Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #stage: Stage;
  readonly #viewport: Viewport;
  /** A layer that nothing is on is left alone: the browser need not take it over anew. */
  #isBlank = false;

  constructor(stage: Stage, viewport: Viewport) {
    this.#context = stage.live;
    this.#stage = stage;
    this.#viewport = viewport;
  }

  begin(): void {
    if (this.#isBlank) this.#stage.toImage(this.#context, this.#viewport);
    else this.#stage.begin(this.#context, this.#viewport);
    this.#isBlank = true;
    this.#context.lineJoin = "round";
    this.#context.lineCap = "round";
  }

  path(path: Path2D, { color, width = 2, fill = 0, dash = [] }: Ink): void {
    const context = this.#context;
    const { scale } = this.#viewport;
    this.#isBlank = false;
    if (fill) {
      context.globalAlpha = fill;
      context.fillStyle = color;
      context.fill(path);
      context.globalAlpha = 1;
    }
    if (!width) return;
    context.setLineDash(dash.map((length) => length / scale));
    for (const [style, wide] of [[DARK, width + 2] as const, [color, width] as const]) {
      context.strokeStyle = style;
      context.lineWidth = wide / scale;
      context.stroke(path);
    }
    context.setLineDash([]);
  }

  line(points: readonly Point[], ink: Ink): void {
    this.path(openPath(points), ink);
  }

  frame(rect: Rect, ink: Ink): void {
    const path = new Path2D();
    const { x, y, width, height } = grow(rect, 2 / this.#viewport.scale);
    path.rect(x, y, width, height);
    this.path(path, ink);
  }

  /** A round handle: corners are full, the middles of edges smaller and hollow. */
  handle(at: Point, color: string, kind: "corner" | "middle" | "held" = "corner"): void {
    const path = new Path2D();
    path.arc(at.x, at.y, (kind === "middle" ? HANDLE_RADIUS - 1.5 : HANDLE_RADIUS - 0.5) / this.#viewport.scale, 0, 2 * Math.PI);
    this.#context.fillStyle = kind === "held" ? color : kind === "corner" ? LIGHT : DARK;
    this.#context.fill(path);
    this.path(path, { color: kind === "corner" ? color : LIGHT, width: 1.5 });
  }

  /** A circle whose radius is in pixels of the image. */
  ring(at: Point, radius: number, color: string): void {
    const path = new Path2D();
    path.arc(at.x, at.y, radius, 0, 2 * Math.PI);
    this.path(path, { color, width: 1 });
  }

  /** Lines through the point, over the whole view. */
  crosshair({ x, y }: Point): void {
    const { x: left, y: top, width, height } = this.#viewport.seen;
    const path = new Path2D();
    path.moveTo(left, y);
    path.lineTo(left + width, y);
    path.moveTo(x, top);
    path.lineTo(x, top + height);
    this.#context.globalAlpha = 0.7;
    this.path(path, { color: LIGHT, width: 1 });
    this.#context.globalAlpha = 1;
  }
}
