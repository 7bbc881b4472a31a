/** When to paint what: slides the picture while it moves, paints it anew when it rests, and only what was damaged between. */

import type { Magnified } from "./events";
import { type Point, type Rect, union } from "./geometry";
import { type Layer, type Marks, Painter } from "./painter";
import { Pen } from "./pen";
import { Stage } from "./stage";
import type { Viewport } from "./viewport";

/** So long after the last turn of the wheel the picture rests. */
const REST_MS = 120;
/** While it moves, it is painted anew at most this often, and only when it has become stale. */
const STALE_MS = 100;
const MAGNIFIED = 2;

export interface Display extends Marks {
  /** Of the shapes, 0 to 1. */
  readonly opacity: number;
  readonly hidden: boolean;
  /** Of the image, 1 is as it is. */
  readonly contrast: number;
  readonly brightness: number;
}

export const PLAIN: Display = { letters: true, patterns: false, opacity: 1, hidden: false, contrast: 1, brightness: 1 };

/** Where the surface gets what it shows. */
export interface Subject {
  source(): CanvasImageSource | null;
  layers(): ReadonlyMap<string, Layer>;
  draw(pen: Pen): void;
  /** A frame is on the canvases. */
  painted(): void;
}

export class Surface {
  readonly #viewport: Viewport;
  readonly #subject: Subject;
  readonly #stage: Stage;
  readonly #painter: Painter;
  readonly #pen: Pen;
  #display = PLAIN;
  #frame = 0;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #isResting = true;
  #paintedAt = 0;
  #whole = true;
  #damage: Rect | null = null;

  constructor(host: HTMLElement, viewport: Viewport, subject: Subject) {
    this.#viewport = viewport;
    this.#subject = subject;
    this.#stage = new Stage(host);
    this.#painter = new Painter(this.#stage, viewport);
    this.#pen = new Pen(this.#stage, viewport);
  }

  get display(): Display {
    return this.#display;
  }

  set display(display: Display) {
    const recolors = display.patterns !== this.#display.patterns;
    this.#display = display;
    const { image, settled } = this.#stage;
    image.canvas.style.filter =
      display.contrast === 1 && display.brightness === 1 ? "" : `contrast(${display.contrast}) brightness(${display.brightness})`;
    settled.canvas.style.opacity = display.hidden ? "0" : String(display.opacity);
    if (recolors) this.damageAll();
    else this.repaint();
  }

  /** Another image: nothing that was painted holds. */
  reset(): void {
    this.#painter.clear();
    this.damageAll();
  }

  /** What is in hand changed. */
  redraw(): void {
    this.#frame ||= requestAnimationFrame(this.#paint);
  }

  /** Shapes changed within the rectangle, in pixels of the image. */
  damage(rect: Rect | null): void {
    this.#damage = union(this.#damage, rect);
    this.redraw();
  }

  damageAll(): void {
    this.damage({ x: 0, y: 0, ...this.#viewport.image });
    this.#whole = true;
  }

  /** What is seen of the shapes changed, not the shapes: a selection, a letter. */
  repaint(): void {
    this.#whole = true;
    this.redraw();
  }

  /** The view moves on. */
  move(): void {
    this.#isResting = false;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(this.rest, REST_MS);
    this.redraw();
  }

  rest = (): void => {
    clearTimeout(this.#restTimer);
    this.#isResting = true;
    this.redraw();
  };

  drop(layer: string): void {
    this.#painter.drop(layer);
  }

  magnified(at: Point): Magnified {
    return { at, paint: (canvas, zoom = MAGNIFIED) => this.#magnify(canvas, at, zoom) };
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#restTimer);
    this.#stage.remove();
  }

  #paint = (): void => {
    this.#frame = 0;
    const wiped = this.#stage.resize(this.#viewport.size);
    const damage = this.#damage;
    this.#damage = null;
    const layers = this.#subject.layers();
    if (damage) for (const [name, layer] of layers) this.#painter.color(name, layer, damage, this.#display);
    const moved = !this.#stage.isAt(this.#viewport);
    if (wiped || this.#whole || (moved && (damage || this.#isDue()))) this.#paintAll(layers);
    else if (moved) this.#stage.slide(this.#viewport);
    else if (damage) this.#painter.settled(layers, this.#display, damage);
    this.#pen.begin();
    this.#subject.draw(this.#pen);
    this.#subject.painted();
  };

  #isDue(): boolean {
    return this.#isResting || (this.#stage.isStale(this.#viewport) && performance.now() - this.#paintedAt > STALE_MS);
  }

  #paintAll(layers: ReadonlyMap<string, Layer>): void {
    this.#whole = false;
    this.#stage.settle(this.#viewport.view);
    this.#painter.image(this.#subject.source());
    this.#painter.settled(layers, this.#display, null);
    this.#paintedAt = performance.now();
  }

  #magnify(canvas: HTMLCanvasElement, at: Point, zoom: number): void {
    const context = canvas.getContext("2d");
    if (!context) return;
    const { ratio, image, settled, live } = this.#stage;
    const { width, height } = canvas;
    const [across, down] = [width / zoom, height / zoom];
    context.imageSmoothingEnabled = false;
    context.fillStyle = "#0a0c10";
    context.fillRect(0, 0, width, height);
    for (const layer of this.#display.hidden ? [image, live] : [image, settled, live]) {
      context.drawImage(layer.canvas, at.x * ratio - across / 2, at.y * ratio - down / 2, across, down, 0, 0, width, height);
    }
  }
}
