import { expect, test } from "vitest";
import {
  boundsOf,
  distanceToOutline,
  distanceToSegment,
  inside,
  intersection,
  outlineHolds,
  rectBetween,
  round,
  stepInside,
  union,
  windingOf,
} from "./geometry";

const IMAGE = { width: 100, height: 80 };
const SQUARE = [
  { x: 10, y: 10 },
  { x: 30, y: 10 },
  { x: 30, y: 30 },
  { x: 10, y: 30 },
];

test("numbers are rounded to hundredths, and there is no minus zero", () => {
  expect(round(1.239)).toBe(1.24);
  expect(Object.is(round(-0.001), 0)).toBe(true);
});

test("points outside are taken to the edge of the image", () => {
  expect(inside({ x: -3, y: 80.4 }, IMAGE)).toEqual({ x: 0, y: 80 });
});

test("the rectangle between two points is the same from either side", () => {
  expect(rectBetween({ x: 9, y: 2 }, { x: 4, y: 8 })).toEqual({ x: 4, y: 2, width: 5, height: 6 });
  expect(rectBetween({ x: 4, y: 8 }, { x: 9, y: 2 })).toEqual({ x: 4, y: 2, width: 5, height: 6 });
});

test("a step is cut where the bounds would leave the image", () => {
  expect(stepInside({ x: 10, y: 10, width: 80, height: 20 }, { x: 50, y: -50 }, IMAGE)).toEqual({ x: 10, y: -10 });
});

test("the distance to a segment is that to its nearest point", () => {
  expect(distanceToSegment({ x: 5, y: 3 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toBe(3);
  expect(distanceToSegment({ x: 13, y: 4 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toBe(5);
  expect(distanceToSegment({ x: 3, y: 4 }, { x: 0, y: 0 }, { x: 0, y: 0 })).toBe(5);
});

test("an outline holds what is within, and not its notch", () => {
  const notched = [...SQUARE.slice(0, 3), { x: 20, y: 15 }, ...SQUARE.slice(3)];

  expect(outlineHolds(notched, { x: 20, y: 12 })).toBe(true);
  expect(outlineHolds(notched, { x: 20, y: 25 })).toBe(false);
  expect(outlineHolds(SQUARE, { x: 5, y: 20 })).toBe(false);
});

test("the edge that closes an outline counts for its distance", () => {
  expect(distanceToOutline(SQUARE, { x: 8, y: 20 })).toBe(2);
});

test("winding tells which way the corners go", () => {
  expect(windingOf(SQUARE)).toBe(800);
  expect(windingOf(SQUARE.toReversed())).toBe(-800);
});

test("bounds, unions and intersections", () => {
  expect(boundsOf(SQUARE)).toEqual({ x: 10, y: 10, width: 20, height: 20 });
  expect(union(null, { x: 1, y: 1, width: 1, height: 1 })).toEqual({ x: 1, y: 1, width: 1, height: 1 });
  expect(union({ x: 0, y: 0, width: 2, height: 2 }, { x: 5, y: 1, width: 1, height: 4 })).toEqual({ x: 0, y: 0, width: 6, height: 5 });
  expect(intersection({ x: 0, y: 0, width: 4, height: 4 }, { x: 2, y: 3, width: 9, height: 9 })).toEqual({
    x: 2,
    y: 3,
    width: 2,
    height: 1,
  });
  expect(intersection({ x: 0, y: 0, width: 1, height: 1 }, { x: 1, y: 0, width: 1, height: 1 })).toBeNull();
});
