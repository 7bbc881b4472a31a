/** Canvases one above the other: the image, the settled shapes, what is being drawn; and one to paint the settled shapes anew unseen. */

import type { Size } from "./geometry";
import type { View } from "./viewport";

/** More than that nobody sees, and it costs memory by its square. */
const MAX_RATIO = 3;
/** While it moves, a picture is shown stretched until it is this much too small or large, or lacks this share of the view. */
const MAX_STRETCH = 1.8;
const MAX_GAP = 0.12;

export class Stage {
  readonly image: CanvasRenderingContext2D;
  readonly live: CanvasRenderingContext2D;
  ratio = 1;
  size: Size = { width: 0, height: 0 };
  #settled: CanvasRenderingContext2D;
  #unseen: CanvasRenderingContext2D;
  #painted: View = { scale: 1, x: 0, y: 0 };

  // No `desynchronized`: over other layers it brings tearing or a blank canvas in some browsers, and gains nothing there.
  constructor(host: HTMLElement) {
    [this.image, this.#settled, this.#unseen, this.live] = [layer(host), layer(host), layer(host), layer(host)];
    this.#unseen.canvas.style.visibility = "hidden";
  }

  get settled(): CanvasRenderingContext2D {
    return this.#settled;
  }

  get unseen(): CanvasRenderingContext2D {
    return this.#unseen;
  }

  /** The view that the image and the settled shapes were painted for. */
  get painted(): View {
    return this.#painted;
  }

  /** Fits the canvases to the view; true when that wiped them. */
  resize(size: Size): boolean {
    const ratio = Math.min(globalThis.devicePixelRatio || 1, MAX_RATIO);
    if (ratio === this.ratio && size.width === this.size.width && size.height === this.size.height) return false;
    this.ratio = ratio;
    this.size = size;
    for (const { canvas } of this.#layers) {
      canvas.width = Math.max(Math.round(size.width * ratio), 1);
      canvas.height = Math.max(Math.round(size.height * ratio), 1);
    }
    return true;
  }

  /** Shows what was painted unseen, which is how the view has it. */
  show(view: View): void {
    this.#painted = view;
    [this.#settled, this.#unseen] = [this.#unseen, this.#settled];
    this.#settled.canvas.style.visibility = "";
    this.#unseen.canvas.style.visibility = "hidden";
    for (const { canvas } of [this.image, this.#settled]) canvas.style.transform = "";
  }

  /** Moves and stretches what was painted to where the view has it now. What is being drawn is painted at every frame. */
  slide(view: View): void {
    const { x, y, stretch } = this.#shift(view);
    for (const { canvas } of [this.image, this.#settled]) canvas.style.transform = `translate(${x}px, ${y}px) scale(${stretch})`;
  }

  isAt(view: View): boolean {
    return view.scale === this.#painted.scale && view.x === this.#painted.x && view.y === this.#painted.y;
  }

  /** Whether what was painted cannot stand in for the view any more. */
  isStale(view: View): boolean {
    const { x, y, stretch } = this.#shift(view);
    if (stretch > MAX_STRETCH || stretch < 1 / MAX_STRETCH) return true;
    const { width, height } = this.size;
    const gaps = [x, width - x - width * stretch].some((gap) => gap > width * MAX_GAP);
    return gaps || [y, height - y - height * stretch].some((gap) => gap > height * MAX_GAP);
  }

  /** Wipes a layer and makes a pixel of the image its unit. */
  begin(context: CanvasRenderingContext2D, view: View): void {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    this.toImage(context, view);
  }

  toImage(context: CanvasRenderingContext2D, { scale, x, y }: View): void {
    const { ratio } = this;
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
  }

  set opacity(opacity: number) {
    for (const { canvas } of [this.#settled, this.#unseen]) canvas.style.opacity = String(opacity);
  }

  remove(): void {
    for (const { canvas } of this.#layers) canvas.remove();
  }

  get #layers(): CanvasRenderingContext2D[] {
    return [this.image, this.#settled, this.#unseen, this.live];
  }

  #shift({ scale, x, y }: View): { x: number; y: number; stretch: number } {
    const stretch = scale / this.#painted.scale;
    return { x: x - this.#painted.x * stretch, y: y - this.#painted.y * stretch, stretch };
  }
}

function layer(host: HTMLElement): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  Object.assign(canvas.style, {
    position: "absolute",
    inset: "0",
    width: "100%",
    height: "100%",
    transformOrigin: "0 0",
    pointerEvents: "none",
  });
  host.append(canvas);
  return canvas.getContext("2d") as CanvasRenderingContext2D;
}
