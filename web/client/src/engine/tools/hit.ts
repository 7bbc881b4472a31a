/** Which shape is meant by a point. */

import { cornersOf, distanceToOutline, grow, holds, outlineHolds, type Point, windingOf } from "../geometry";
import { type Shape, shapeBounds } from "../shapes";

/** The shape whose line is nearest within `reach`, in pixels of the image; else the smallest one that holds the point. */
export function shapeAt(shapes: readonly Shape[], at: Point, reach: number): Shape | null {
  const near = shapes.filter((shape) => holds(grow(shapeBounds(shape), reach), at));
  return nearestLine(near, at, reach) ?? smallestAround(near, at);
}

function nearestLine(shapes: readonly Shape[], at: Point, reach: number): Shape | null {
  let nearest: Shape | null = null;
  let least = reach;
  for (const shape of shapes) {
    if (shape.kind === "mask") continue;
    const away = distanceToOutline(shape.kind === "box" ? cornersOf(shape) : shape.points, at);
    // Of two on one line the upper one, which was drawn later, is meant.
    if (away > least) continue;
    least = away;
    nearest = shape;
  }
  return nearest;
}

function smallestAround(shapes: readonly Shape[], at: Point): Shape | null {
  let smallest: Shape | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const shape of shapes) {
    if (!isAround(shape, at)) continue;
    const area = areaOf(shape);
    if (area > least) continue;
    least = area;
    smallest = shape;
  }
  return smallest;
}

function isAround(shape: Shape, at: Point): boolean {
  if (shape.kind === "box") return holds(shape, at);
  return shape.kind === "polygon" ? outlineHolds(shape.points, at) : shape.bitmap.has(at.x, at.y);
}

function areaOf(shape: Shape): number {
  if (shape.kind === "polygon") return Math.abs(windingOf(shape.points)) / 2;
  const { width, height } = shapeBounds(shape);
  return width * height;
}
