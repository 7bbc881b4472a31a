/** Whether an outline is simple: the server's rule on the server's grid, so that nothing drawn here is refused there. */

import type { Point, Size } from "./geometry";

export const MIN_CORNERS = 3;
export const MAX_CORNERS = 1_000;

/** Corners are compared as whole numbers on a grid this many bits wide over the image; their products are exact in doubles. */
const GRID_BITS = 25;

export type OutlineFault = "few-corners" | "many-corners" | "twice" | "folds" | "crosses";

/** What keeps a closed outline from being simple, or null. Its edges may neither cross, touch, nor fold back. */
export function faultIn(points: readonly Point[], size: Size): OutlineFault | null {
  if (points.length < MIN_CORNERS) return "few-corners";
  if (points.length > MAX_CORNERS) return "many-corners";
  const corners = gridded(points, size);
  const edges = corners.map((from, index): Edge => ({ from, to: corners[(index + 1) % corners.length] as Point }));
  for (const [index, edge] of edges.entries()) {
    const fault = faultBetween(edge, edges[(index + 1) % edges.length] as Edge);
    if (fault) return fault;
  }
  return anyMeet(edges) ? "crosses" : null;
}

/** What keeps an open outline from going on to `next`, or null; its corners so far are taken to be sound. */
export function faultToward(points: readonly Point[], next: Point, size: Size): OutlineFault | null {
  const corners = gridded([...points, next], size);
  const last = corners.length - 1;
  const edge = edgeTo(corners, last);
  if (!edge) return null;
  if (isPoint(edge)) return "twice";
  const before = edgeTo(corners, last - 1);
  if (before && faultBetween(before, edge)) return "folds";
  for (let index = 1; index < last - 1; index++) {
    const other = edgeTo(corners, index);
    if (other && meet(edge, other)) return "crosses";
  }
  return null;
}

interface Edge {
  readonly from: Point;
  readonly to: Point;
}

function gridded(points: readonly Point[], size: Size): Point[] {
  const bits = 32 - Math.clz32(Math.max(size.width, size.height));
  const scale = 2 ** (GRID_BITS - bits);
  return points.map(({ x, y }) => ({ x: Math.round(x * scale), y: Math.round(y * scale) }));
}

function edgeTo(corners: readonly Point[], index: number): Edge | null {
  const from = corners[index - 1];
  const to = corners[index];
  return from && to ? { from, to } : null;
}

function isPoint({ from, to }: Edge): boolean {
  return from.x === to.x && from.y === to.y;
}

/** What is wrong between an edge and the one after it. */
function faultBetween(edge: Edge, next: Edge): OutlineFault | null {
  if (isPoint(edge) || isPoint(next)) return "twice";
  const ahead = (edge.to.x - edge.from.x) * (next.to.x - next.from.x) + (edge.to.y - edge.from.y) * (next.to.y - next.from.y);
  return side(edge.from, edge.to, next.to) === 0 && ahead < 0 ? "folds" : null;
}

/** Sorted by their left ends, edges are held only against those that begin before they end. */
function anyMeet(edges: readonly Edge[]): boolean {
  const sorted = edges
    .map((edge, index) => ({ ...edge, index, left: Math.min(edge.from.x, edge.to.x), right: Math.max(edge.from.x, edge.to.x) }))
    .sort((a, b) => a.left - b.left);
  for (const [place, one] of sorted.entries()) {
    for (let next = place + 1; next < sorted.length; next++) {
      const other = sorted[next];
      if (!other || other.left > one.right) break;
      const apart = Math.abs(one.index - other.index);
      if (apart !== 1 && apart !== edges.length - 1 && meet(one, other)) return true;
    }
  }
  return false;
}

function meet(a: Edge, b: Edge): boolean {
  if (Math.max(a.from.y, a.to.y) < Math.min(b.from.y, b.to.y) || Math.max(b.from.y, b.to.y) < Math.min(a.from.y, a.to.y)) return false;
  if (Math.max(a.from.x, a.to.x) < Math.min(b.from.x, b.to.x) || Math.max(b.from.x, b.to.x) < Math.min(a.from.x, a.to.x)) return false;
  return side(a.from, a.to, b.from) * side(a.from, a.to, b.to) <= 0 && side(b.from, b.to, a.from) * side(b.from, b.to, a.to) <= 0;
}

/** -1, 0 or 1: on which side of the line through a and b the point is. */
function side(a: Point, b: Point, point: Point): number {
  return Math.sign((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x));
}
