/** Changes that keys make: each gives the shape as it will be. */

import { boundsOf, clamp, inside, type Point, type Rect, type Size, stepInside } from "./geometry";
import { moved, type Outlined, shapeBounds, snapped } from "./shapes";

/** How far beside the original a copy lies, CSS pixels. */
export const BESIDE = 12;

export function nudged<S extends Outlined>(shape: S, step: Point, size: Size): S {
  return moved(shape, stepInside(shapeBounds(shape), step, size), size);
}

/** Its far corner a step further, everything else in proportion; never under a pixel wide or high. */
export function resized(shape: Outlined, step: Point, size: Size): Outlined {
  const from = shapeBounds(shape);
  const to = {
    ...from,
    width: clamp(from.width + step.x, 1, size.width - from.x),
    height: clamp(from.height + step.y, 1, size.height - from.y),
  };
  if (shape.kind === "box") return { ...shape, ...snapped(to) };
  return { ...shape, points: shape.points.map((point) => inside(mapped(point, from, to), size)) };
}

/** A copy a little aside: to the right and below, or back where there is no room. */
export function copied<S extends Outlined>(shape: S, id: string, aside: number, size: Size): S {
  const bounds = shapeBounds(shape);
  const room = { x: size.width - bounds.x - bounds.width, y: size.height - bounds.y - bounds.height };
  const step = { x: room.x >= aside ? aside : -aside, y: room.y >= aside ? aside : -aside };
  return { ...nudged(shape, step, size), id };
}

/** A third of what is seen of the image, in its middle: where a shape begins that is made without a pointer. */
export function centred(seen: Rect, size: Size): Rect {
  const ends = [seen, { x: seen.x + seen.width, y: seen.y + seen.height }].map((point) => inside(point, size));
  const { x, y, width, height } = boundsOf(ends);
  return snapped({ x: x + width / 3, y: y + height / 3, width: Math.max(width / 3, 1), height: Math.max(height / 3, 1) });
}

function mapped({ x, y }: Point, from: Rect, to: Rect): Point {
  const share = (value: number, begin: number, length: number) => (length ? (value - begin) / length : 0);
  return { x: to.x + share(x, from.x, from.width) * to.width, y: to.y + share(y, from.y, from.height) * to.height };
}
