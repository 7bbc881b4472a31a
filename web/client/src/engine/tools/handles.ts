/** The handles of a shape: what one takes hold of, and what pulling does. */

import { cornersOf, distance, holds, inside, middle, type Point, rectBetween, type Size } from "../geometry";
import { type BoxShape, type Outlined, type PolygonShape, shapeBounds, snapped } from "../shapes";
import type { Viewport } from "../viewport";
import { reachOf } from "./tool";

/** Shorter edges than this show no handle in their middle, CSS pixels. */
const ROOM_FOR_MIDDLE = 36;
/** Of a box's side the handles take at most this share inside it, so that small ones can still be moved. */
const SHARE = 1 / 3;

export type Handle =
  | { readonly kind: "side"; readonly at: Point; readonly across: -1 | 0 | 1; readonly down: -1 | 0 | 1 }
  | { readonly kind: "corner"; readonly at: Point; readonly index: number }
  | { readonly kind: "middle"; readonly at: Point; readonly index: number };

export function handlesOf(shape: Outlined, { scale }: Viewport): Handle[] {
  return shape.kind === "box" ? sidesOf(shape, scale) : pointsOf(shape, scale);
}

/** The nearest handle in reach, or null. */
export function handleAt(shape: Outlined, at: Point, viewport: Viewport, touch: boolean): Handle | null {
  const bounds = shapeBounds(shape);
  const within = shape.kind === "box" && holds(bounds, at);
  const room = within ? Math.min(bounds.width, bounds.height) * viewport.scale * SHARE : Number.POSITIVE_INFINITY;
  let reach = Math.min(reachOf(touch), room) / viewport.scale;
  let nearest: Handle | null = null;
  for (const handle of handlesOf(shape, viewport)) {
    const away = distance(handle.at, at);
    // Corners come first and win ties.
    if (away > reach || (nearest && away === reach)) continue;
    reach = away;
    nearest = handle;
  }
  return nearest;
}

/** The shape with the handle pulled to a point, inside the image. */
export function pulled(shape: Outlined, handle: Handle, to: Point, size: Size): Outlined {
  const point = inside(to, size);
  if (shape.kind === "box") return handle.kind === "side" ? pulledBox(shape, handle, point) : shape;
  if (handle.kind === "side") return shape;
  const points = handle.kind === "corner" ? shape.points.with(handle.index, point) : shape.points.toSpliced(handle.index + 1, 0, point);
  return { ...shape, points };
}

function pulledBox(box: BoxShape, { across, down }: Handle & { kind: "side" }, to: Point): BoxShape {
  const fixed = { x: across < 0 ? box.x + box.width : box.x, y: down < 0 ? box.y + box.height : box.y };
  const pulledTo = { x: across ? to.x : box.x + box.width, y: down ? to.y : box.y + box.height };
  return { ...box, ...snapped(rectBetween(fixed, pulledTo)) };
}

function sidesOf(box: BoxShape, scale: number): Handle[] {
  const handles: Handle[] = cornersOf(box).map((at, index) => ({
    kind: "side",
    at,
    across: index === 0 || index === 3 ? -1 : 1,
    down: index < 2 ? -1 : 1,
  }));
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  if (box.width * scale >= ROOM_FOR_MIDDLE) {
    handles.push({ kind: "side", at: { x: centre.x, y: box.y }, across: 0, down: -1 });
    handles.push({ kind: "side", at: { x: centre.x, y: box.y + box.height }, across: 0, down: 1 });
  }
  if (box.height * scale >= ROOM_FOR_MIDDLE) {
    handles.push({ kind: "side", at: { x: box.x, y: centre.y }, across: -1, down: 0 });
    handles.push({ kind: "side", at: { x: box.x + box.width, y: centre.y }, across: 1, down: 0 });
  }
  return handles;
}

function pointsOf({ points }: PolygonShape, scale: number): Handle[] {
  const corners = points.map((at, index): Handle => ({ kind: "corner", at, index }));
  const middles = points.flatMap((from, index): Handle[] => {
    const to = points[(index + 1) % points.length] as Point;
    return distance(from, to) * scale >= ROOM_FOR_MIDDLE ? [{ kind: "middle", at: middle(from, to), index }] : [];
  });
  return [...corners, ...middles];
}
