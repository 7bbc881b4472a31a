/** Points, rectangles and outlines, in pixels of the image unless a name says otherwise. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Point, Size {}

/** A hundredth of a pixel is what the API takes; rounding early means that what is checked is what is sent. */
export function round(value: number): number {
  // Adding zero makes minus zero zero.
  return Math.round(value * 100) / 100 + 0;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

export function inside(point: Point, size: Size): Point {
  return { x: round(clamp(point.x, 0, size.width)), y: round(clamp(point.y, 0, size.height)) };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

export function distanceToSegment(point: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : clamp(((point.x - a.x) * dx + (point.y - a.y) * dy) / length, 0, 1);
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}

export function rectBetween(a: Point, b: Point): Rect {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

export function cornersOf(rect: Rect): Point[] {
  const right = rect.x + rect.width;
  const bottom = rect.y + rect.height;
  return [
    { x: rect.x, y: rect.y },
    { x: right, y: rect.y },
    { x: right, y: bottom },
    { x: rect.x, y: bottom },
  ];
}

export function boundsOf(points: readonly Point[]): Rect {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export function grow(rect: Rect, by: number): Rect {
  return { x: rect.x - by, y: rect.y - by, width: rect.width + 2 * by, height: rect.height + 2 * by };
}

/** The smallest rectangle around both; nothing and a rectangle make the rectangle. */
export function union(a: Rect | null, b: Rect | null): Rect | null {
  if (!a || !b) return a ?? b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** What both cover, or null. */
export function intersection(a: Rect, b: Rect): Rect | null {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

export function holds(rect: Rect, point: Point): boolean {
  return point.x >= rect.x && point.x <= rect.x + rect.width && point.y >= rect.y && point.y <= rect.y + rect.height;
}

/** How far a thing may move, at most by the step asked for, so that its bounds stay inside the image. */
export function stepInside(bounds: Rect, step: Point, size: Size): Point {
  return {
    x: clamp(step.x, -bounds.x, Math.max(size.width - bounds.width, 0) - bounds.x),
    y: clamp(step.y, -bounds.y, Math.max(size.height - bounds.height, 0) - bounds.y),
  };
}

/** Each edge with its two ends; the last one leads back to the first corner. */
export function* edgesOf(points: readonly Point[]): Generator<readonly [Point, Point]> {
  let from = points.at(-1);
  for (const to of points) {
    if (from) yield [from, to];
    from = to;
  }
}

/** Twice the area, positive where the corners go clockwise on screen. */
export function windingOf(points: readonly Point[]): number {
  let sum = 0;
  for (const [a, b] of edgesOf(points)) sum += a.x * b.y - b.x * a.y;
  return sum;
}

export function outlineHolds(points: readonly Point[], point: Point): boolean {
  let within = false;
  for (const [a, b] of edgesOf(points)) {
    if (a.y > point.y !== b.y > point.y && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}

export function distanceToOutline(points: readonly Point[], point: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const [a, b] of edgesOf(points)) nearest = Math.min(nearest, distanceToSegment(point, a, b));
  return nearest;
}
