import { expect, test } from "vitest";
import { Bitmap, Stroke, TILE } from "./bitmap";

const SIZE = { width: 150, height: 100 };

function painted(bitmap: Bitmap): number {
  return bitmap.bits.reduce((sum, bit) => sum + bit, 0);
}

test("a stroke covers the pixels whose centres are within its radius of the way", () => {
  const bitmap = new Bitmap(SIZE);
  const [a, b, radius] = [{ x: 20.3, y: 70.1 }, { x: 111.7, y: 13.9 }, 7.5];

  bitmap.sweep(a, b, radius, 1);

  for (let x = 0; x < SIZE.width; x++) {
    for (let y = 0; y < SIZE.height; y++) {
      const along = Math.max(
        0,
        Math.min(1, ((x + 0.5 - a.x) * (b.x - a.x) + (y + 0.5 - a.y) * (b.y - a.y)) / ((b.x - a.x) ** 2 + (b.y - a.y) ** 2)),
      );
      const away = Math.hypot(x + 0.5 - a.x - along * (b.x - a.x), y + 0.5 - a.y - along * (b.y - a.y));
      expect(bitmap.has(x, y)).toBe(away <= radius);
    }
  }
});

test("the smallest brush paints the pixel beneath it, wherever in the pixel it is", () => {
  const bitmap = new Bitmap(SIZE);

  bitmap.sweep({ x: 10.02, y: 20.97 }, { x: 10.02, y: 20.97 }, 0.5, 1);

  expect(bitmap.has(10, 20)).toBe(true);
  expect(painted(bitmap)).toBe(1);
});

test("a stroke that leaves the image paints what is inside", () => {
  const bitmap = new Bitmap(SIZE);

  bitmap.sweep({ x: -50, y: 50 }, { x: 300, y: 50 }, 1, 1);
  bitmap.sweep({ x: 5, y: -20 }, { x: 5, y: -10 }, 3, 1);

  expect(painted(bitmap)).toBe(2 * SIZE.width);
});

test("a stroke's flips take it back and do it again", () => {
  const bitmap = new Bitmap(SIZE);
  bitmap.sweep({ x: 10, y: 10 }, { x: 140, y: 90 }, 12, 1);
  const before = bitmap.counts();
  const stroke = new Stroke(bitmap, 0);
  stroke.sweep({ x: 70, y: 0 }, { x: 70, y: 99 }, 9);
  const after = bitmap.counts();

  const flips = stroke.flips();
  for (const flip of flips) bitmap.flip(flip);

  expect(after).not.toBe(before);
  expect(bitmap.counts()).toBe(before);
  for (const flip of flips) bitmap.flip(flip);
  expect(bitmap.counts()).toBe(after);
});

test("a small stroke keeps its own tile only", () => {
  const bitmap = new Bitmap({ width: 2000, height: 2000 });
  const stroke = new Stroke(bitmap, 1);

  stroke.sweep({ x: 3 * TILE + 20, y: 2 * TILE + 20 }, { x: 3 * TILE + 30, y: 2 * TILE + 25 }, 6);

  expect(stroke.flips().map(([tile]) => tile)).toEqual([2 * bitmap.tilesAcross + 3]);
  expect(JSON.stringify(stroke.flips()).length).toBeLessThan(200);
});

test("what a stroke paints over is no change", () => {
  const bitmap = new Bitmap(SIZE);
  bitmap.sweep({ x: 50, y: 50 }, { x: 50, y: 50 }, 20, 1);
  const stroke = new Stroke(bitmap, 1);

  stroke.sweep({ x: 50, y: 50 }, { x: 55, y: 50 }, 5);

  expect(stroke.flips()).toEqual([]);
});

test("bounds follow what is painted and erased", () => {
  const bitmap = new Bitmap(SIZE);
  expect(bitmap.bounds()).toBeNull();
  const stroke = new Stroke(bitmap, 1);

  stroke.sweep({ x: 30, y: 40 }, { x: 50, y: 40 }, 5);
  expect(bitmap.bounds()).toEqual({ x: 25, y: 35, width: 30, height: 10 });

  new Stroke(bitmap, 0).sweep({ x: 0, y: 0 }, { x: 0, y: 99 }, 40);
  expect(bitmap.bounds()).toEqual({ x: 40, y: 35, width: 15, height: 10 });
});

test("tiles at the far sides are cut", () => {
  const bitmap = new Bitmap(SIZE);

  expect(bitmap.tilesIn({ x: -10, y: -10, width: 500, height: 500 })).toEqual([0, 1, 2, 3, 4, 5]);
  expect(bitmap.tileRect(5)).toEqual({ x: 128, y: 64, width: 22, height: 36 });
});
