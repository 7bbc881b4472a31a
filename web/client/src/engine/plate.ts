/** The masks' pixels in colour, one canvas for all masks of a layer; only what was painted is coloured anew. */

import type { Bitmap } from "./bitmap";
import { intersection, type Rect, type Size } from "./geometry";
import { channels, isStrong, type Look } from "./look";

/** What every browser, phones too, grants a canvas; larger images are shown at every second, third … pixel. */
const MAX_PIXELS = 16_000_000;
/** How much stronger the lines of a pattern are than the fill. */
const STRONG = 1.8;

export interface Painted {
  readonly bitmap: Bitmap;
  readonly look: Look;
}

export class Plate {
  readonly #context: CanvasRenderingContext2D;
  readonly #size: Size;
  readonly #step: number;

  constructor(size: Size) {
    this.#size = size;
    this.#step = Math.ceil(Math.sqrt((size.width * size.height) / MAX_PIXELS));
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(size.width / this.#step);
    canvas.height = Math.ceil(size.height / this.#step);
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  /** Colours the rectangle of the image anew; where masks overlap the last one is seen. */
  color(rect: Rect, masks: readonly Painted[], patterns: boolean): void {
    const { width, height } = this.#context.canvas;
    const step = this.#step;
    const x = Math.max(Math.floor(rect.x / step), 0);
    const y = Math.max(Math.floor(rect.y / step), 0);
    const right = Math.min(Math.ceil((rect.x + rect.width) / step), width);
    const bottom = Math.min(Math.ceil((rect.y + rect.height) / step), height);
    if (right <= x || bottom <= y) return;
    const pixels = new ImageData(right - x, bottom - y);
    const words = new Uint32Array(pixels.data.buffer);
    const part = { x: x * step, y: y * step, width: (right - x) * step, height: (bottom - y) * step };
    for (const mask of masks) this.#cover(words, part, pixels.width, mask, patterns);
    this.#context.putImageData(pixels, x, y);
  }

  /** Draws all onto a context whose unit is a pixel of the image. */
  draw(context: CanvasRenderingContext2D): void {
    const { width, height } = this.#context.canvas;
    context.drawImage(this.#context.canvas, 0, 0, width * this.#step, height * this.#step);
  }

  #cover(words: Uint32Array, part: Rect, across: number, { bitmap, look }: Painted, patterns: boolean): void {
    const within = intersection(part, { x: 0, y: 0, ...this.#size });
    if (!within) return;
    const step = this.#step;
    const weak = word(look, look.fill);
    const strong = patterns && look.pattern > 0 ? word(look, look.fill * STRONG) : weak;
    const { bits, height } = bitmap;
    for (let x = firstAt(within.x, step); x < within.x + within.width; x += step) {
      for (let y = firstAt(within.y, step); y < within.y + within.height; y += step) {
        if (!bits[x * height + y]) continue;
        const at = ((y - part.y) / step) * across + (x - part.x) / step;
        words[at] = strong !== weak && isStrong(look.pattern, x, y) ? strong : weak;
      }
    }
  }
}

/** The first pixel, from `begin` on, that the plate shows. */
function firstAt(begin: number, step: number): number {
  return Math.ceil(begin / step) * step;
}

/** A pixel as canvases keep it: red in the lowest byte. */
function word(look: Look, alpha: number): number {
  const [red, green, blue] = channels(look.color);
  return ((Math.round(Math.min(alpha, 1) * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
