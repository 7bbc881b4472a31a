/** Paths, bounds and stamps that drawing needs again and again, kept as long as what they were made from. */

import type { Bitmap } from "./bitmap";
import { cornersOf, type Point, type Rect } from "./geometry";
import { inkOn, type Look, PATTERNS } from "./look";
import { type Outlined, shapeBounds } from "./shapes";

/** A tile with more edges than this is noise, whose outline would only hide it. */
const MAX_EDGES_A_TILE = 600;
export const BADGE = 16;

export interface Art {
  readonly path: Path2D;
  readonly bounds: Rect;
  readonly corners: number;
}

const arts = new WeakMap<Outlined, Art>();

/** In pixels of the image. */
export function artOf(shape: Outlined): Art {
  const known = arts.get(shape);
  if (known) return known;
  const points = shape.kind === "box" ? cornersOf(shape) : shape.points;
  const art = { path: closedPath(points), bounds: shapeBounds(shape), corners: points.length };
  arts.set(shape, art);
  return art;
}

export function closedPath(points: readonly Point[]): Path2D {
  const path = openPath(points);
  path.closePath();
  return path;
}

export function openPath(points: readonly Point[]): Path2D {
  const path = new Path2D();
  for (const { x, y } of points) path.lineTo(x, y);
  return path;
}

interface TileEdges {
  readonly version: number;
  readonly path: Path2D | null;
}

const edges = new WeakMap<Bitmap, Map<number, TileEdges>>();

/** Adds the outline of the pixels of a tile, where it has one. */
export function addEdges(path: Path2D, bitmap: Bitmap, tile: number): void {
  const tiles = edges.get(bitmap) ?? new Map<number, TileEdges>();
  edges.set(bitmap, tiles);
  const version = bitmap.versions[tile] as number;
  let known = tiles.get(tile);
  if (known?.version !== version) {
    known = { version, path: traced(bitmap, bitmap.tileRect(tile)) };
    tiles.set(tile, known);
  }
  if (known.path) path.addPath(known.path);
}

/** The pixels' left and upper sides where they differ from their neighbours, and the image's own far sides. */
function traced({ bits, height }: Bitmap, { x: left, y: top, width, height: tall }: Rect): Path2D | null {
  const path = new Path2D();
  let count = 0;
  const at = (x: number, y: number) => (x < 0 || y < 0 || y >= height ? 0 : (bits[x * height + y] ?? 0));
  const right = left + width + ((left + width) * height === bits.length ? 1 : 0);
  const bottom = top + tall + (top + tall === height ? 1 : 0);
  for (let x = left; x < right; x++) {
    for (let y = top; y < top + tall; y++) {
      if (at(x, y) === at(x - 1, y)) continue;
      const from = y;
      while (y + 1 < top + tall && at(x, y + 1) !== at(x - 1, y + 1)) y++;
      path.moveTo(x, from);
      path.lineTo(x, y + 1);
      count++;
    }
  }
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < left + width; x++) {
      if (at(x, y) === at(x, y - 1)) continue;
      const from = x;
      while (x + 1 < left + width && at(x + 1, y) !== at(x + 1, y - 1)) x++;
      path.moveTo(from, y);
      path.lineTo(x + 1, y);
      count++;
    }
  }
  return count && count <= MAX_EDGES_A_TILE ? path : null;
}

const patterns = new Map<string, CanvasPattern | null>();

/** The pattern of a look, to be laid over its fill; one unit of it is a pixel of the screen. Null where it is plain. */
export function patternOf(look: Look): CanvasPattern | null {
  if (!look.pattern) return null;
  const key = look.color + look.pattern;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const context = sheet(8, 8);
  context.fillStyle = look.color;
  for (const [y, row] of (PATTERNS[look.pattern] ?? []).entries()) {
    for (let x = 0; x < 8; x++) if ((row >> x) & 1) context.fillRect(x, y, 1, 1);
  }
  const pattern = context.createPattern(context.canvas, "repeat");
  patterns.set(key, pattern);
  return pattern;
}

const badges = new Map<string, HTMLCanvasElement>();

/** The letter of a look in a square of its colour, BADGE CSS pixels wide. */
export function badgeOf(look: Look, ratio: number): HTMLCanvasElement {
  const key = `${look.letter} ${look.color} ${ratio}`;
  const known = badges.get(key);
  if (known) return known;
  const side = Math.ceil(BADGE * ratio);
  const context = sheet(side, side);
  context.scale(side / BADGE, side / BADGE);
  context.fillStyle = "#0a0c10";
  context.beginPath();
  context.roundRect(0, 0, BADGE, BADGE, 4);
  context.fill();
  context.fillStyle = look.color;
  context.beginPath();
  context.roundRect(1, 1, BADGE - 2, BADGE - 2, 3);
  context.fill();
  context.fillStyle = inkOn(look.color);
  context.font = "600 11px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(look.letter, BADGE / 2, BADGE / 2 + 0.5);
  badges.set(key, context.canvas);
  return context.canvas;
}

function sheet(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas.getContext("2d") as CanvasRenderingContext2D;
}
