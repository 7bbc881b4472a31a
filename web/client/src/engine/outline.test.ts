import { expect, test } from "vitest";
import type { Point } from "./geometry";
import { faultIn, faultToward, MAX_CORNERS } from "./outline";

const IMAGE = { width: 100, height: 80 };

function points(...numbers: number[]): Point[] {
  return Array.from({ length: numbers.length / 2 }, (_, at) => ({ x: numbers[2 * at] as number, y: numbers[2 * at + 1] as number }));
}

const circle = Array.from({ length: MAX_CORNERS }, (_, step) => {
  const angle = (2 * Math.PI * step) / MAX_CORNERS;
  return { x: 50 + 30 * Math.cos(angle), y: 40 + 30 * Math.sin(angle) };
});
const comb = Array.from({ length: 10 }, (_, tooth) => [tooth * 4, 10, tooth * 4 + 1, 50, tooth * 4 + 2, 50, tooth * 4 + 3, 10]).flat();

// The samples of the server's own test of polygons.
test.each([
  ["a triangle", points(1, 1, 9.5, 1, 1, 9), null],
  ["the whole image", points(0, 0, 100, 0, 100, 80, 0, 80), null],
  ["a thousand corners", circle, null],
  ["a comb, whose edges lie along one line", points(...comb, 39, 70, 0, 70), null],
  ["an hourglass", points(0, 0, 10, 10, 10, 0, 0, 10), "crosses"],
  ["a corner on an edge", points(0, 0, 10, 0, 10, 10, 5, 0, 0, 10), "crosses"],
  ["two loops meeting at a corner", points(5, 5, 0, 0, 0, 10, 5, 5, 10, 10, 10, 0), "crosses"],
  ["an edge that folds back", points(0, 0, 10, 0, 5, 0, 5, 5), "folds"],
  ["a corner twice", points(0, 0, 10, 0, 10, 0, 5, 5), "twice"],
  ["closed by its first corner", points(0, 0, 10, 0, 5, 5, 0, 0), "twice"],
  ["no area", points(0, 0, 10, 10, 5, 5), "folds"],
  ["two corners", points(0, 0, 10, 10), "few-corners"],
  ["1,001 corners", [...circle, { x: 50, y: 40 }], "many-corners"],
])("%s", (_, outline, fault) => {
  expect(faultIn(outline, IMAGE)).toBe(fault);
});

test("a corner that would cross an earlier edge is told before it is put", () => {
  const open = points(0, 0, 10, 10, 10, 0);

  expect(faultToward(open, { x: 0, y: 10 }, IMAGE)).toBe("crosses");
  expect(faultToward(open, { x: 20, y: 5 }, IMAGE)).toBeNull();
});

test("a corner may not lie where the last one is, nor lead straight back", () => {
  const open = points(0, 0, 10, 0);

  expect(faultToward(open, { x: 10, y: 0 }, IMAGE)).toBe("twice");
  expect(faultToward(open, { x: 4, y: 0 }, IMAGE)).toBe("folds");
  expect(faultToward(open, { x: 14, y: 0 }, IMAGE)).toBeNull();
});

test("the first corner can be anywhere", () => {
  expect(faultToward([], { x: 5, y: 5 }, IMAGE)).toBeNull();
});
