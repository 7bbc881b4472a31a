/** Where the image lies in the view: `view = image * scale + offset`, the view in CSS pixels. */

import { clamp, type Point, type Rect, type Size } from "./geometry";

/** Around the image when it is fitted. */
const MARGIN = 16;
const MAX_SCALE = 48;
/** So much of the image stays in view however far it is dragged. */
const KEPT = 64;

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** The part of the plane that a view of that size shows, in pixels of the image. */
export function seenIn({ scale, x, y }: View, { width, height }: Size): Rect {
  return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale };
}

export class Viewport implements View {
  scale = 1;
  x = 0;
  y = 0;
  image: Size = { width: 1, height: 1 };
  size: Size = { width: 1, height: 1 };
  /** CSS pixels at the bottom that a fitted image leaves free, for tools that float there. */
  foot = 0;
  #fitted = true;

  toImage(point: Point): Point {
    return { x: (point.x - this.x) / this.scale, y: (point.y - this.y) / this.scale };
  }

  toView(point: Point): Point {
    return { x: point.x * this.scale + this.x, y: point.y * this.scale + this.y };
  }

  /** The part of the plane that is seen, in pixels of the image. */
  get seen(): Rect {
    return seenIn(this, this.size);
  }

  get view(): View {
    return { scale: this.scale, x: this.x, y: this.y };
  }

  fit(): void {
    this.frame({ x: 0, y: 0, ...this.image }, MARGIN);
    this.#fitted = true;
  }

  /** Shows the rectangle as large as the view has room for, in its middle. */
  frame(rect: Rect, margin: number): void {
    this.scale = clamp(this.#scaleFor(rect, margin), this.#least, MAX_SCALE);
    this.#centre({ x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 });
  }

  /** Keeps the point of the image beneath `at` where it is. */
  zoomAt(at: Point, factor: number): void {
    const held = this.toImage(at);
    this.scale = clamp(this.scale * factor, this.#least, MAX_SCALE);
    this.#place(at.x - held.x * this.scale, at.y - held.y * this.scale);
  }

  pan(dx: number, dy: number): void {
    this.#place(this.x + dx, this.y + dy);
  }

  /** A fitted image is fitted again; another keeps what is in the middle. */
  resize(size: Size): void {
    const middle = this.toImage({ x: this.size.width / 2, y: (this.size.height - this.foot) / 2 });
    this.size = size;
    if (this.#fitted) this.fit();
    else this.#centre(middle);
  }

  get #least(): number {
    return Math.min(this.#scaleFor({ x: 0, y: 0, ...this.image }, MARGIN), 1) / 2;
  }

  #scaleFor(rect: Rect, margin: number): number {
    const room = (side: number) => Math.max(side - 2 * margin, 1);
    return Math.min(room(this.size.width) / Math.max(rect.width, 1), room(this.size.height - this.foot) / Math.max(rect.height, 1));
  }

  #centre(point: Point): void {
    this.#place(this.size.width / 2 - point.x * this.scale, (this.size.height - this.foot) / 2 - point.y * this.scale);
  }

  #place(x: number, y: number): void {
    this.#fitted = false;
    const shown = { width: this.image.width * this.scale, height: this.image.height * this.scale };
    const kept = { x: Math.min(KEPT, shown.width / 2), y: Math.min(KEPT, shown.height / 2) };
    this.x = clamp(x, kept.x - shown.width, this.size.width - kept.x);
    this.y = clamp(y, kept.y - shown.height, this.size.height - kept.y);
  }
}
