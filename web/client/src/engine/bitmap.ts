/** The pixels of a mask, painted by strokes, kept by tiles. */

import { clamp, grow, type Point, type Rect, type Size } from "./geometry";
import { decode, encode } from "./rle";

export const TILE = 64;

/** What a stroke changed in a tile: its number and the run-length encoding of the pixels that flipped. */
export type TileFlip = readonly [tile: number, flips: string];

/** Pixels, 0 or 1, column after column as COCO has them, so that encoding reads straight on. */
export class Bitmap {
  readonly bits: Uint8Array<ArrayBuffer>;
  /** How often each tile was painted: what is drawn from a tile is good while its number stands. */
  readonly versions: Uint32Array;
  readonly tilesAcross: number;
  readonly #width: number;
  readonly #height: number;
  #bounds: Rect | null | undefined;
  #counts: string | undefined;

  constructor({ width, height }: Size, bits = new Uint8Array(width * height)) {
    this.bits = bits;
    this.#width = width;
    this.#height = height;
    this.tilesAcross = Math.ceil(width / TILE);
    this.versions = new Uint32Array(this.tilesAcross * Math.ceil(height / TILE));
  }

  get height(): number {
    return this.#height;
  }

  has(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.#width && y < this.#height && this.bits[Math.floor(x) * this.#height + Math.floor(y)] === 1;
  }

  /** The rectangle around all pixels, or null where there are none. */
  bounds(): Rect | null {
    if (this.#bounds === undefined) this.#bounds = this.#measure();
    return this.#bounds;
  }

  /** COCO's compressed run-length encoding. */
  counts(): string {
    this.#counts ??= encode(this.bits);
    return this.#counts;
  }

  /** The pixels' rectangle of a tile, cut at the image's far sides. */
  tileRect(tile: number): Rect {
    const x = (tile % this.tilesAcross) * TILE;
    const y = Math.floor(tile / this.tilesAcross) * TILE;
    return { x, y, width: Math.min(TILE, this.#width - x), height: Math.min(TILE, this.#height - y) };
  }

  tilesIn(rect: Rect): number[] {
    const last = { x: this.tilesAcross - 1, y: Math.ceil(this.#height / TILE) - 1 };
    const right = clamp(Math.floor((rect.x + rect.width) / TILE), -1, last.x);
    const bottom = clamp(Math.floor((rect.y + rect.height) / TILE), -1, last.y);
    const tiles: number[] = [];
    for (let y = Math.max(Math.floor(rect.y / TILE), 0); y <= bottom; y++) {
      for (let x = Math.max(Math.floor(rect.x / TILE), 0); x <= right; x++) tiles.push(y * this.tilesAcross + x);
    }
    return tiles;
  }

  /** Sets the pixels whose centres are within `radius` of the way from a to b, and the one beneath b. */
  sweep(a: Point, b: Point, radius: number, value: 0 | 1): void {
    const begin = Math.max(Math.floor(Math.min(a.x, b.x) - radius), 0);
    const end = Math.min(Math.ceil(Math.max(a.x, b.x) + radius), this.#width - 1);
    for (let x = begin; x <= end; x++) {
      const span = spanAt(x + 0.5, a, b, radius);
      if (span) this.#fill(x, Math.ceil(span[0] - 0.5), Math.floor(span[1] - 0.5), value);
    }
    const x = Math.floor(b.x);
    if (x >= 0 && x < this.#width) this.#fill(x, Math.floor(b.y), Math.floor(b.y), value);
  }

  /** Turns the pixels of a tile around; twice the same is nothing. */
  flip([tile, flips]: TileFlip): void {
    const rect = this.tileRect(tile);
    const turned = decode(flips, rect.width * rect.height);
    for (let column = 0; column < rect.width; column++) {
      const from = (rect.x + column) * this.#height + rect.y;
      for (let row = 0; row < rect.height; row++) {
        if (turned[column * rect.height + row]) this.bits[from + row] = (this.bits[from + row] as number) ^ 1;
      }
    }
    // The tiles beside it draw the edges that they share.
    this.touch(this.tilesIn(grow(rect, 1)));
  }

  tile(tile: number): Uint8Array<ArrayBuffer> {
    const rect = this.tileRect(tile);
    const copy = new Uint8Array(rect.width * rect.height);
    for (let column = 0; column < rect.width; column++) {
      const from = (rect.x + column) * this.#height + rect.y;
      copy.set(this.bits.subarray(from, from + rect.height), column * rect.height);
    }
    return copy;
  }

  touch(tiles: Iterable<number>): void {
    for (const tile of tiles) this.versions[tile] = (this.versions[tile] as number) + 1;
    this.#bounds = undefined;
    this.#counts = undefined;
  }

  #fill(x: number, first: number, last: number, value: 0 | 1): void {
    const from = Math.max(first, 0);
    const to = Math.min(last, this.#height - 1);
    if (from <= to) this.bits.fill(value, x * this.#height + from, x * this.#height + to + 1);
  }

  #measure(): Rect | null {
    const first = this.bits.indexOf(1);
    if (first < 0) return null;
    const left = Math.floor(first / this.#height);
    const right = Math.floor(this.bits.lastIndexOf(1) / this.#height);
    let top = this.#height;
    let bottom = -1;
    for (let x = left; x <= right; x++) {
      const from = x * this.#height;
      let y = 0;
      while (y < top && !this.bits[from + y]) y++;
      top = y;
      for (y = this.#height - 1; y > bottom && !this.bits[from + y]; ) y--;
      bottom = Math.max(bottom, y);
    }
    return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  }
}

/** One stroke over one bitmap: remembers the tiles it comes to as they were before. */
export class Stroke {
  readonly bitmap: Bitmap;
  readonly #value: 0 | 1;
  readonly #before = new Map<number, Uint8Array>();

  constructor(bitmap: Bitmap, value: 0 | 1) {
    this.bitmap = bitmap;
    this.#value = value;
  }

  /** Paints on; gives the rectangle that it may have changed. */
  sweep(a: Point, b: Point, radius: number): Rect {
    const reach = radius + 1;
    const rect = {
      x: Math.min(a.x, b.x) - reach,
      y: Math.min(a.y, b.y) - reach,
      width: Math.abs(a.x - b.x) + 2 * reach,
      height: Math.abs(a.y - b.y) + 2 * reach,
    };
    const tiles = this.bitmap.tilesIn(rect);
    for (const tile of tiles) if (!this.#before.has(tile)) this.#before.set(tile, this.bitmap.tile(tile));
    this.bitmap.sweep(a, b, radius, this.#value);
    this.bitmap.touch(tiles);
    return rect;
  }

  /** What was changed, tile by tile. */
  flips(): TileFlip[] {
    const flips: TileFlip[] = [];
    for (const [tile, before] of this.#before) {
      const after = this.bitmap.tile(tile);
      let changed = 0;
      for (let at = 0; at < after.length; at++) {
        after[at] = (after[at] as number) ^ (before[at] as number);
        changed |= after[at] as number;
      }
      if (changed) flips.push([tile, encode(after)]);
    }
    return flips;
  }
}

/** Where a column crosses the capsule of that radius around a and b: it is convex, so that one span tells it. */
function spanAt(x: number, a: Point, b: Point, radius: number): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (y: number) => {
    low = Math.min(low, y);
    high = Math.max(high, y);
  };
  for (const end of [a, b]) {
    const half = radius * radius - (x - end.x) ** 2;
    if (half < 0) continue;
    take(end.y - Math.sqrt(half));
    take(end.y + Math.sqrt(half));
  }
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length > 0) {
    const across = { x: (-(b.y - a.y) / length) * radius, y: ((b.x - a.x) / length) * radius };
    for (const turn of [1, -1]) {
      const along = (x - a.x - turn * across.x) / (b.x - a.x);
      if (along >= 0 && along <= 1) take(a.y + turn * across.y + along * (b.y - a.y));
    }
  }
  return low <= high ? [low, high] : null;
}
