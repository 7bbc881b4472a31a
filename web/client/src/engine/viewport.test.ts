import { expect, test } from "vitest";
import { Viewport } from "./viewport";

function aViewport(): Viewport {
  const viewport = new Viewport();
  viewport.image = { width: 800, height: 400 };
  viewport.resize({ width: 432, height: 432 });
  return viewport;
}

test("an image is fitted with a margin, in the middle", () => {
  const viewport = aViewport();

  expect(viewport.view).toEqual({ scale: 0.5, x: 16, y: 116 });
});

test("a fitted image leaves the foot free", () => {
  const viewport = aViewport();
  viewport.foot = 200;

  viewport.fit();

  expect(viewport.view).toEqual({ scale: 0.5, x: 16, y: 16 });
  viewport.resize({ width: 432, height: 332 });
  expect(viewport.view).toEqual({ scale: 0.25, x: 116, y: 16 });
});

test("a fitted image is fitted again when the view grows", () => {
  const viewport = aViewport();

  viewport.resize({ width: 832, height: 832 });

  expect(viewport.scale).toBe(1);
});

test("another keeps its scale and its middle", () => {
  const viewport = aViewport();
  viewport.zoomAt({ x: 216, y: 216 }, 4);
  const middle = viewport.toImage({ x: 216, y: 216 });

  viewport.resize({ width: 300, height: 200 });

  expect(viewport.scale).toBe(2);
  expect(viewport.toImage({ x: 150, y: 100 })).toEqual(middle);
});

test("zooming keeps what is beneath the cursor", () => {
  const viewport = aViewport();
  const cursor = { x: 130, y: 250 };
  const beneath = viewport.toImage(cursor);

  viewport.zoomAt(cursor, 3);

  expect(viewport.toImage(cursor).x).toBeCloseTo(beneath.x);
  expect(viewport.toImage(cursor).y).toBeCloseTo(beneath.y);
});

test("zoom has its ends", () => {
  const viewport = aViewport();

  viewport.zoomAt({ x: 0, y: 0 }, 1e9);
  expect(viewport.scale).toBe(48);

  viewport.zoomAt({ x: 0, y: 0 }, 1e-9);
  expect(viewport.scale).toBe(0.25);
});

test("some of the image stays in view however far it is dragged", () => {
  const viewport = aViewport();

  viewport.pan(9_999, -9_999);

  expect(viewport.toView({ x: 0, y: 0 }).x).toBe(432 - 64);
  expect(viewport.toView({ x: 0, y: 400 }).y).toBe(64);
});

test("a shape is framed in the middle", () => {
  const viewport = aViewport();

  viewport.frame({ x: 100, y: 100, width: 50, height: 50 }, 16);

  expect(viewport.scale).toBe(8);
  expect(viewport.toView({ x: 125, y: 125 })).toEqual({ x: 216, y: 216 });
});
