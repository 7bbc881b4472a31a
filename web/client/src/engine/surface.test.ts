import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Engine } from "./engine";
import { Host, paint, withoutBrowser } from "./testdata/host";

const REST_MS = 120;
const SIZE = { width: 400, height: 300 };
/** A picture is painted in steps, and shown in a frame of its own. */
const FRAMES = 12;

/** How well the image was smoothed at each painting of it. */
let smoothed: string[];
let engine: Engine;
let host: Host;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  withoutBrowser();
  smoothed = [];
  const { createElement } = document;
  vi.stubGlobal("document", { createElement: (name: string) => noting(createElement(name) as HTMLCanvasElement) });
  host = new Host(400, 300);
  engine = new Engine(host as unknown as HTMLElement);
  engine.load({} as ImageBitmap, SIZE);
  frames();
});
afterEach(() => {
  engine.destroy();
  vi.useRealTimers();
});

test("the image is painted quickly while it moves, and well once it rests", () => {
  expect(smoothed).toEqual(["medium"]);

  for (let turn = 0; turn < 2; turn++) host.send("wheel", [200, 150], { deltaY: 240, deltaMode: 0 });
  frames();
  expect(smoothed).toEqual(["medium", "low"]);
  vi.advanceTimersByTime(REST_MS);
  frames();

  expect(smoothed).toEqual(["medium", "low", "medium"]);
});

test("a picture that rests is not painted again and again", () => {
  host.send("wheel", [200, 150], { deltaY: 240, deltaMode: 0 });
  vi.advanceTimersByTime(REST_MS);
  frames();
  const before = smoothed.length;

  frames();

  expect(smoothed.length).toBe(before);
});

test("a button that zooms paints well at once", () => {
  engine.zoomBy(0.8);
  frames();

  expect(smoothed).toEqual(["medium", "medium"]);
});

function frames(): void {
  for (let frame = 0; frame < FRAMES; frame++) paint();
}

function noting(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const context = canvas.getContext("2d") as unknown as Record<string, unknown>;
  context.drawImage = () => smoothed.push(context.imageSmoothingQuality as string);
  canvas.getContext = (() => context) as unknown as HTMLCanvasElement["getContext"];
  return canvas;
}
