/** When to paint what: slides the picture while it moves, paints it anew when it rests, and only what was damaged between. */

import type { Magnified } from "./events";
import { type Point, type Rect, union } from "./geometry";
import { Pace } from "./pace";
import { type Layer, type Marks, Painter, type Steps } from "./painter";
import { Pen } from "./pen";
import { Stage } from "./stage";
import type { View, Viewport } from "./viewport";

/** So long after the last turn of the wheel the picture rests. */
const REST_MS = 120;
const MAGNIFIED = 2;

export interface Display extends Marks {
  /** Of the shapes, 0 to 1. */
  readonly opacity: number;
  readonly hidden: boolean;
  /** Of the image, 1 is as it is. */
  readonly contrast: number;
  readonly brightness: number;
}

const PLAIN: Display = { letters: true, patterns: false, opacity: 1, hidden: false, contrast: 1, brightness: 1 };

/** Where the surface gets what it shows. */
export interface Subject {
  source(): CanvasImageSource | null;
  layers(): ReadonlyMap<string, Layer>;
  draw(pen: Pen): void;
  /** A frame is on the canvases. */
  painted(): void;
}

/** A picture in the making, unseen until it is whole. */
interface Picture {
  readonly view: View;
  readonly steps: Steps;
}

export class Surface {
  readonly #viewport: Viewport;
  readonly #subject: Subject;
  readonly #stage: Stage;
  readonly #painter: Painter;
  readonly #pen: Pen;
  readonly #pace = new Pace();
  #display = PLAIN;
  #frame = 0;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #isResting = true;
  /** All is to be painted anew: at once, or as the pace allows. */
  #whole: "no" | "soon" | "now" = "now";
  #damage: Rect | null = null;
  #picture: Picture | null = null;
  /** The image's canvas was wiped, or has another image. */
  #isBare = true;
  /** The image was painted while it moved. */
  #isRough = false;

  constructor(host: HTMLElement, viewport: Viewport, subject: Subject) {
    this.#viewport = viewport;
    this.#subject = subject;
    this.#stage = new Stage(host);
    this.#painter = new Painter(this.#stage);
    this.#pen = new Pen(this.#stage, viewport);
  }

  get display(): Display {
    return this.#display;
  }

  set display(display: Display) {
    const before = this.#display;
    this.#display = display;
    const { contrast, brightness } = display;
    this.#stage.image.canvas.style.filter = contrast === 1 && brightness === 1 ? "" : `contrast(${contrast}) brightness(${brightness})`;
    this.#stage.opacity = display.hidden ? 0 : display.opacity;
    if (display.patterns !== before.patterns || display.letters !== before.letters) this.damageAll();
    else this.redraw();
  }

  /** Another image: nothing that was painted holds. */
  reset(): void {
    this.#painter.clear();
    this.damageAll();
    this.#whole = "now";
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
    if (this.#whole === "no") this.#whole = "soon";
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
    this.#pace.stop();
    this.#stage.remove();
  }

  #paint = (): void => {
    this.#frame = 0;
    const layers = this.#subject.layers();
    const damage = this.#damage;
    this.#damage = null;
    if (damage) for (const [name, layer] of layers) this.#painter.color(name, layer, damage, this.#display, this.#viewport.image);
    if (this.#stage.resize(this.#viewport.size) || this.#whole === "now") this.#paintNow(layers);
    else this.#paintOn(layers, damage);
    if (!this.#stage.isAt(this.#viewport)) this.#stage.slide(this.#viewport);
    this.#pen.begin();
    this.#subject.draw(this.#pen);
    this.#subject.painted();
    if (this.#picture) this.redraw();
  };

  #paintNow(layers: ReadonlyMap<string, Layer>): void {
    this.#isBare = true;
    this.#picture = this.#begin(layers);
    this.#goOn(Number.POSITIVE_INFINITY);
  }

  #paintOn(layers: ReadonlyMap<string, Layer>, damage: Rect | null): void {
    if (this.#whole === "soon") this.#picture = this.#begin(layers);
    else if (damage) this.#mend(layers, damage);
    if (!this.#picture && this.#isDue()) this.#picture = this.#begin(layers);
    const began = performance.now();
    // What did not fill its frame tells nothing of how much a frame can hold.
    if (this.#goOn(this.#pace.cost)) this.#pace.watch(began);
  }

  /** Paints the damaged part of what is seen; a picture in the making lacks the change, so that it is ended first. */
  #mend(layers: ReadonlyMap<string, Layer>, damage: Rect): void {
    this.#goOn(Number.POSITIVE_INFINITY);
    for (const _ of this.#painter.shapes(this.#stage.settled, this.#stage.painted, layers, this.#display, damage));
  }

  #isDue(): boolean {
    if (this.#isResting) return this.#isRough || !this.#stage.isAt(this.#viewport);
    return this.#stage.isStale(this.#viewport);
  }

  #begin(layers: ReadonlyMap<string, Layer>): Picture {
    // What was begun leaves its context as it found it.
    this.#picture?.steps.return();
    this.#whole = "no";
    const view = this.#viewport.view;
    return { view, steps: this.#painter.shapes(this.#stage.unseen, view, layers, this.#display, null) };
  }

  /** Goes on with the picture until that is spent; true when it was. Shows it when it is whole. */
  #goOn(budget: number): boolean {
    const picture = this.#picture;
    if (!picture) return false;
    for (let spent = 0; spent < budget; ) {
      const step = picture.steps.next();
      if (!step.done) spent += step.value;
      else {
        // The image is as much work as many shapes: it gets the next frame.
        if (spent === 0 || budget === Number.POSITIVE_INFINITY) this.#show(picture);
        return false;
      }
    }
    return true;
  }

  #show({ view }: Picture): void {
    this.#picture = null;
    if (this.#isBare || this.#isRough || !this.#stage.isAt(view)) {
      this.#isRough = !this.#isResting;
      this.#painter.image(this.#subject.source(), this.#viewport.image, view, this.#isRough);
    }
    this.#isBare = false;
    this.#stage.show(view);
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
