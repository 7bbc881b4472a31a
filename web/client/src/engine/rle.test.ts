import { expect, test } from "vitest";
import { Bitmap } from "./bitmap";
import { decode, encode, MalformedRuns } from "./rle";
import vectors from "./testdata/rle.json";

/** On a machine that others use too. */
const SLOW_MS = 60_000;

function columns(rows: readonly string[]): Uint8Array {
  const width = rows[0]?.length ?? 0;
  return Uint8Array.from({ length: width * rows.length }, (_, at) => Number(rows[at % rows.length]?.[Math.floor(at / rows.length)]));
}

test.each(vectors.drawn)("$name is encoded as pycocotools does", ({ rows, counts }) => {
  expect(encode(columns(rows))).toBe(counts);
});

test.each(vectors.drawn)("$name is decoded to the same pixels", ({ rows, counts }) => {
  const bits = columns(rows);

  expect(decode(counts, bits.length)).toEqual(bits);
});

test.each(vectors.discs)("a touch of the brush, $width by $height, is the disc that pycocotools encoded", ({
  width,
  height,
  x,
  y,
  radius,
  area,
  counts,
}) => {
  const bitmap = new Bitmap({ width, height });

  bitmap.sweep({ x, y }, { x, y }, radius, 1);

  expect(bitmap.bits.reduce((sum, bit) => sum + bit, 0)).toBe(area);
  expect(bitmap.counts()).toBe(counts);
});

test("noise of four million pixels is encoded and decoded unchanged", { timeout: SLOW_MS }, () => {
  let state = 1;
  const bits = Uint8Array.from({ length: 2000 * 2000 }, () => {
    state = (state * 16807) % 2147483647;
    return state & 1;
  });

  const counts = encode(bits);

  expect(Buffer.compare(decode(counts, bits.length), bits)).toBe(0);
});

test("2,000 by 2,000 pixels are encoded in less than 30 ms of processor time", { timeout: SLOW_MS }, () => {
  const bitmap = new Bitmap({ width: 2000, height: 2000 });
  for (let at = 100; at < 1900; at += 150) bitmap.sweep({ x: at, y: 200 }, { x: 2000 - at, y: 1800 }, 40, 1);
  const took = Array.from({ length: 7 }, () => {
    const began = process.cpuUsage();
    encode(bitmap.bits);
    return process.cpuUsage(began).user / 1000;
  });

  expect(Math.min(...took)).toBeLessThan(30);
});

test.each([
  ["a pixel too many", encode(new Uint8Array(13))],
  ["a pixel too few", encode(new Uint8Array(11))],
  ["a run below zero", "T3N"],
  ["a run of eight characters", "PPPPPPP0"],
  ["cut off within a run", "T3P"],
  ["a character that encodes nothing", "T3 1"],
  ["a character beyond ASCII", "T3ä"],
  ["nothing at all", ""],
])("%s is refused", (_, counts) => {
  expect(() => decode(counts, 12)).toThrow(MalformedRuns);
});
