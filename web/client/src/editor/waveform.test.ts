import { expect, test } from "vitest";
import { peaks } from "./waveform";

test("each part has its loudest sample, the loudest of all being one", () => {
  const samples = new Float32Array([0, 0.1, -0.5, 0.25, 0, 0, 0.05, -0.05]);

  expect(peaks(samples, 4)).toEqual([0.2, 1, 0, 0.1].map((each) => expect.closeTo(each, 5)));
});

test("silence is flat and no division by nothing", () => {
  expect(peaks(new Float32Array(8), 4)).toEqual([0, 0, 0, 0]);
});

test("a recording of fewer samples than parts has no holes", () => {
  expect(peaks(new Float32Array([1, -1]), 4)).toEqual([1, 1, 1, 1]);
});
