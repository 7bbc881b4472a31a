import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Engine } from "./engine";
import type { EngineEvents } from "./events";
import { decode } from "./rle";
import type { ShapeField } from "./shapes";
import { Host, paint, withoutBrowser } from "./testdata/host";

// A pixel of the image is a CSS pixel here, and the image begins at (16, 16).
const SIZE = { width: 400, height: 300 };
const EDGE = 16;
const TOUCH = { pointerType: "touch" };
const SECOND_FINGER = { pointerType: "touch", pointerId: 2 };
const PEN = { pointerType: "pen", pointerId: 9 };
const CLASSES = [
  { key: "cat", label: "Cat", color: "#56b4e9" },
  { key: "mug", label: "Mug", color: "#e69f00" },
];
const BOXES: ShapeField = { key: "things", kind: "box", label: "Things", classes: CLASSES };
const OUTLINES: ShapeField = { key: "outlines", kind: "polygon", label: "Outlines", classes: CLASSES };
const MASKS: ShapeField = { key: "pixels", kind: "mask", label: "Pixels", classes: CLASSES };

let host: Host;
let engine: Engine;

beforeAll(withoutBrowser);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  host = new Host(SIZE.width + 2 * EDGE, SIZE.height + 2 * EDGE);
  engine = anEngine();
});

afterEach(() => {
  // Whatever was done can be painted.
  paint();
  engine.destroy();
});

function anEngine(...fields: ShapeField[]): Engine {
  const made = new Engine(host as unknown as HTMLElement);
  made.load({} as CanvasImageSource, SIZE);
  made.setFields(fields.length ? fields : [BOXES, OUTLINES, MASKS]);
  return made;
}

/** The place on the host of a pixel of the image. */
function at(x: number, y: number): [number, number] {
  return [x + EDGE, y + EDGE];
}

function told<K extends keyof EngineEvents>(kind: K): EngineEvents[K][] {
  const events: EngineEvents[K][] = [];
  engine.on(kind, (event) => events.push(event));
  return events;
}

function boxes(): unknown[] {
  return (engine.value("things") as { boxes: unknown[] }).boxes;
}

function outlines(): { label: string; points: number[] }[] {
  return (engine.value("outlines") as { polygons: { label: string; points: number[] }[] }).polygons;
}

function masks(): { label: string; size: number[]; counts: string }[] {
  return (engine.value("pixels") as { masks: { label: string; size: number[]; counts: string }[] }).masks;
}

function area(counts: string): number {
  return decode(counts, SIZE.width * SIZE.height).reduce((sum, bit) => sum + bit, 0);
}

const A_BOX = { label: "cat", x: 10, y: 20, width: 30, height: 40 };

function drawABox(): void {
  engine.setTool("box");
  host.drag(at(10, 20), at(40, 60));
}

function drawATriangle(): void {
  engine.setTool("polygon");
  for (const corner of [at(100, 100), at(200, 100), at(150, 200)]) host.click(corner);
  engine.finish();
}

test("a drag is a box in pixels of the image", () => {
  drawABox();

  expect(engine.value("things")).toEqual({ boxes: [A_BOX] });
  expect(engine.value("outlines")).toEqual({ polygons: [] });
  expect(engine.value("pixels")).toEqual({ masks: [] });
});

test("a box drawn backwards and beyond the image is the same kind of box, cut at the edge", () => {
  host.drag(at(390, 280), at(500, 1000));
  host.drag(at(50, 50), at(-100, 20.123));

  expect(boxes()).toEqual([
    { label: "cat", x: 390, y: 280, width: 10, height: 20 },
    { label: "cat", x: 0, y: 20.12, width: 50, height: 29.88 },
  ]);
});

test("a box under four pixels is ignored", () => {
  host.drag(at(10, 10), at(13.9, 100));

  expect(boxes()).toEqual([]);
  expect(engine.canUndo).toBe(false);
});

test("a box under a pixel of the image is ignored however large it is shown", () => {
  engine.zoomTo({ x: 100, y: 100, width: 5, height: 5 });

  host.drag([200, 150], [200 + engine.zoom * 0.9, 250]);

  expect(boxes()).toEqual([]);
});

test("the label stays, and the next shapes get it", () => {
  engine.perform("label-2");
  host.drag(at(10, 20), at(40, 60));
  engine.undo();
  host.drag(at(10, 20), at(40, 60));

  expect(boxes()).toEqual([{ ...A_BOX, label: "mug" }]);
  expect(engine.label).toBe("mug");
  expect(engine.tool).toBe("box");
});

test("undo and redo go through everything, and a new step ends what could be redone", () => {
  drawABox();
  engine.nudge({ x: 5, y: 0 });
  engine.relabel("mug");
  engine.remove();
  const after = engine.value("things");

  expect([engine.undo(), engine.undo(), engine.undo(), engine.undo(), engine.undo()]).toEqual([true, true, true, true, false]);
  expect(boxes()).toEqual([]);

  while (engine.redo());
  expect(engine.value("things")).toEqual(after);

  engine.undo();
  drawABox();
  expect(engine.canRedo).toBe(false);
});

test("nudges in a row are one step back", () => {
  drawABox();
  for (let time = 0; time < 7; time++) engine.perform("nudge-right");
  engine.perform("nudge-far-down");
  expect(boxes()).toEqual([{ ...A_BOX, x: 17, y: 30 }]);

  engine.undo();

  expect(boxes()).toEqual([A_BOX]);
});

test("a nudge stops at the edge of the image", () => {
  drawABox();
  for (let time = 0; time < 3; time++) engine.perform("nudge-far-left");

  expect(boxes()).toEqual([{ ...A_BOX, x: 0 }]);
});

test("a second finger takes back the box in hand and moves the image", () => {
  host.send("pointerdown", at(10, 20), TOUCH);
  host.send("pointermove", at(90, 90), TOUCH);
  host.send("pointerdown", at(200, 90), SECOND_FINGER);
  const before = engine.zoom;
  host.send("pointermove", at(310, 90), SECOND_FINGER);
  host.send("pointerup", at(310, 90), SECOND_FINGER);
  host.send("pointermove", at(95, 95), TOUCH);
  host.send("pointerup", at(95, 95), TOUCH);

  expect(engine.zoom).toBeCloseTo(before * 2);
  expect(boxes()).toEqual([]);
});

test("a second finger keeps the corners of an outline", () => {
  engine.setTool("polygon");
  host.click(at(100, 100), TOUCH);
  host.click(at(200, 100), TOUCH);
  host.send("pointerdown", at(150, 200), TOUCH);
  host.send("pointerdown", at(250, 200), SECOND_FINGER);
  host.send("pointerup", at(250, 200), SECOND_FINGER);
  host.send("pointerup", at(150, 200), TOUCH);

  expect(engine.draft?.points).toEqual([
    { x: 100, y: 100 },
    { x: 200, y: 100 },
  ]);
});

test("once a pen was seen fingers only move the image", () => {
  host.drag(at(10, 20), at(40, 60), PEN);
  host.drag(at(100, 100), at(180, 180), TOUCH);

  expect(boxes()).toEqual([A_BOX]);
});

test("a palm on the screen does not disturb the pen", () => {
  host.send("pointerdown", at(10, 20), PEN);
  host.send("pointerdown", at(300, 250), TOUCH);
  host.send("pointermove", at(40, 60), PEN);
  host.send("pointerup", at(40, 60), PEN);

  expect(boxes()).toEqual([A_BOX]);
});

test("a pointer that the browser takes away leaves nothing", () => {
  host.send("pointerdown", at(10, 20), TOUCH);
  host.send("pointermove", at(90, 90), TOUCH);
  host.send("pointercancel", at(90, 90), TOUCH);

  expect(boxes()).toEqual([]);
});

test("the middle button and a grab move the image whatever the tool", () => {
  host.drag(at(10, 20), at(40, 60), { button: 1 });
  engine.setGrab(true);
  host.drag(at(10, 20), at(40, 60));
  engine.setGrab(false);
  host.drag(at(70, 100), at(100, 140));

  expect(boxes()).toEqual([A_BOX]);
});

test("the wheel zooms at the cursor", () => {
  const zooms = told("zoom");

  host.send("wheel", at(100, 100), { deltaY: -200, deltaMode: 0, ctrlKey: false });
  host.drag(at(100, 100), at(150, 150));

  expect(zooms).toEqual([{ scale: engine.zoom }]);
  expect(boxes()).toEqual([expect.objectContaining({ x: 100, y: 100 })]);
});

test("an outline is closed at its start", () => {
  engine.setTool("polygon");
  for (const corner of [at(100, 100), at(200, 100), at(150, 200), at(105, 110)]) host.click(corner);

  expect(outlines()).toEqual([{ label: "cat", points: [100, 100, 200, 100, 150, 200] }]);
  expect(engine.draft).toBeNull();
});

test("by touch it is closed from further away", () => {
  engine.setTool("polygon");
  for (const corner of [at(100, 100), at(200, 100), at(150, 200), at(115, 115)]) host.click(corner, TOUCH);

  expect(outlines()).toHaveLength(1);
});

test("by mouse that far is another corner", () => {
  engine.setTool("polygon");
  for (const corner of [at(100, 100), at(200, 100), at(150, 200), at(115, 115)]) host.click(corner);

  expect(outlines()).toEqual([]);
  expect(engine.draft?.points).toHaveLength(4);
});

test("a double click closes it too, with one corner there", () => {
  engine.setTool("polygon");
  for (const corner of [at(100, 100), at(200, 100), at(150, 200), at(151, 200)]) host.click(corner);

  expect(outlines()[0]?.points).toEqual([100, 100, 200, 100, 150, 200]);
});

test("Backspace and undo take back a corner, redo gives it again", () => {
  engine.setTool("polygon");
  for (const corner of [at(100, 100), at(200, 100), at(150, 200)]) host.click(corner);

  expect(engine.perform("back")).toBe(true);
  expect(engine.perform("undo")).toBe(true);
  expect(engine.draft?.points).toHaveLength(1);
  engine.perform("redo");
  engine.perform("redo");
  engine.perform("finish");

  expect(outlines()[0]?.points).toEqual([100, 100, 200, 100, 150, 200]);
});

test("a corner that makes the outline cross itself is refused, and the rest stays", () => {
  const refusals = told("refusal");
  engine.setTool("polygon");
  for (const corner of [at(100, 100), at(200, 200), at(200, 100), at(100, 200)]) host.click(corner);

  expect(refusals).toEqual([{ reason: "crosses", field: "outlines", at: { x: 100, y: 200 } }]);
  expect(engine.draft?.points).toHaveLength(3);
});

test("closing is refused where the last edge would cross, and the outline can be mended", () => {
  const refusals = told("refusal");
  engine.setTool("polygon");
  for (const corner of [at(100, 100), at(200, 100), at(200, 200), at(150, 50)]) host.click(corner);
  expect(refusals.map(({ reason }) => reason)).toEqual(["crosses"]);
  host.click(at(300, 150));
  engine.finish();
  expect(refusals.map(({ reason }) => reason)).toEqual(["crosses", "crosses"]);

  engine.back();
  engine.finish();

  expect(outlines()[0]?.points).toEqual([100, 100, 200, 100, 200, 200]);
});

test("two corners are no outline", () => {
  const refusals = told("refusal");
  engine.setTool("polygon");
  host.click(at(100, 100));
  host.click(at(200, 100));

  expect(engine.finish()).toBe(false);
  expect(refusals[0]?.reason).toBe("few-corners");
});

test("an outline in hand waits while another tool is used", () => {
  engine.setTool("polygon");
  host.click(at(100, 100));
  host.click(at(200, 100));
  drawABox();

  engine.setTool("polygon");
  host.click(at(150, 200));
  engine.finish();

  expect(boxes()).toEqual([A_BOX]);
  expect(outlines()).toHaveLength(1);
});

test("a click selects the smallest shape around it, and beside all of them none", () => {
  host.drag(at(10, 10), at(300, 250));
  host.drag(at(100, 100), at(160, 160));
  engine.setTool("select");

  host.click(at(130, 130));
  expect(engine.shapes().find(({ id }) => id === engine.selection)?.bounds).toEqual({ x: 100, y: 100, width: 60, height: 60 });

  host.click(at(350, 280));
  expect(engine.selection).toBeNull();
});

test("a shape is moved by its middle, within the image", () => {
  host.drag(at(100, 100), at(200, 200));
  engine.setTool("select");

  host.drag(at(150, 150), at(160, -200));

  expect(boxes()).toEqual([{ label: "cat", x: 110, y: 0, width: 100, height: 100 }]);
  engine.undo();
  expect(boxes()).toEqual([{ label: "cat", x: 100, y: 100, width: 100, height: 100 }]);
});

test("a handle is taken from twelve pixels away by mouse and from 22 by touch, and keeps its distance", () => {
  host.drag(at(100, 100), at(200, 200));
  engine.setTool("select");

  host.drag(at(208, 208), at(228, 238));
  expect(boxes()).toEqual([{ label: "cat", x: 100, y: 100, width: 120, height: 130 }]);

  host.drag(at(235, 245), at(225, 235), TOUCH);
  expect(boxes()).toEqual([{ label: "cat", x: 100, y: 100, width: 110, height: 120 }]);
});

test("a side pulled over the other one turns the box around", () => {
  host.drag(at(100, 100), at(200, 200));
  engine.setTool("select");

  host.drag(at(200, 150), at(60, 150));

  expect(boxes()).toEqual([{ label: "cat", x: 60, y: 100, width: 40, height: 100 }]);
});

test("a press that hardly moves changes nothing", () => {
  host.drag(at(100, 100), at(200, 200));
  engine.setTool("select");

  host.drag(at(150, 150), at(151, 151));

  expect(boxes()).toEqual([{ label: "cat", x: 100, y: 100, width: 100, height: 100 }]);
});

test("by touch a drag over a shape that was not chosen moves the image, and a tap chooses it", () => {
  host.drag(at(100, 100), at(200, 200));
  engine.select(null);
  engine.setTool("select");

  host.drag(at(150, 150), at(170, 150), TOUCH);
  expect(engine.selection).toBeNull();

  host.click(at(170, 150), TOUCH);
  expect(engine.selection).not.toBeNull();
  expect(boxes()).toEqual([{ label: "cat", x: 100, y: 100, width: 100, height: 100 }]);
});

test("the middle of an edge makes a corner, and Backspace takes it out", () => {
  drawATriangle();
  engine.setTool("select");

  host.drag(at(150, 100), at(150, 60));
  expect(outlines()[0]?.points).toEqual([100, 100, 150, 60, 200, 100, 150, 200]);

  engine.back();
  expect(outlines()[0]?.points).toEqual([100, 100, 200, 100, 150, 200]);
});

test("an outline keeps three corners", () => {
  const refusals = told("refusal");
  drawATriangle();
  engine.setTool("select");
  host.drag(at(150, 200), at(150, 210));

  expect(engine.back()).toBe(false);
  expect(refusals[0]?.reason).toBe("few-corners");
});

test("a corner dragged over an edge goes back, with the reason", () => {
  const refusals = told("refusal");
  drawATriangle();
  engine.setTool("select");
  host.drag(at(150, 100), at(150, 150));
  const before = outlines();

  host.drag(at(150, 150), at(250, 180));

  expect(refusals.map(({ reason }) => reason)).toEqual(["crosses"]);
  expect(outlines()).toEqual(before);
});

test("Tab goes round the shapes", () => {
  drawABox();
  drawATriangle();
  engine.select(null);
  const [first, second] = engine.shapes().map(({ id }) => id);

  const seen = (["next", "next", "next", "previous"] as const).map((action) => {
    engine.perform(action);
    return engine.selection;
  });

  expect(seen).toEqual([first, second, first, second]);
});

test("a copy lies beside its original and is selected", () => {
  drawABox();
  engine.perform("duplicate");

  expect(boxes()).toEqual([A_BOX, { ...A_BOX, x: 22, y: 32 }]);
  expect(engine.selection).toBe(engine.shapes()[1]?.id);
});

test("with keys alone one places a shape, moves it and sizes it", () => {
  engine.place();
  engine.perform("resize-right");
  engine.perform("nudge-up");

  expect(boxes()).toEqual([{ label: "cat", x: expect.any(Number), y: 99, width: expect.closeTo(134.33, 1), height: 100 }]);
});

test("a stroke paints a mask, a second one goes on with it", () => {
  engine.setTool("brush");
  engine.setBrush(20);
  host.drag(at(50, 50), at(150, 50));
  const first = area(masks()[0]?.counts ?? "");
  host.drag(at(50, 150), at(150, 150));

  expect(masks()).toHaveLength(1);
  expect(masks()[0]).toMatchObject({ label: "cat", size: [300, 400] });
  expect(first).toBeGreaterThan(2_200);
  expect(first).toBeLessThan(2_400);
  expect(area(masks()[0]?.counts ?? "")).toBe(2 * first);
});

test("a stroke follows all places that the browser gathered into one event", () => {
  engine.setTool("brush");
  engine.setBrush(10);
  host.send("pointerdown", at(50, 50));
  host.send("pointermove", at(150, 50), {}, [at(100, 150), at(150, 50)]);
  host.send("pointerup", at(150, 50));

  expect(decode(masks()[0]?.counts ?? "", SIZE.width * SIZE.height)[100 * SIZE.height + 145]).toBe(1);
});

test("another label is another mask, and a new one of the same label when one asks for it", () => {
  engine.setTool("brush");
  host.click(at(50, 50));
  engine.setLabel("mug");
  host.click(at(60, 50));
  engine.setLabel("cat");
  host.click(at(200, 50));
  engine.startMask();
  host.click(at(300, 50));
  host.click(at(300, 100));

  expect(masks().map(({ label }) => label)).toEqual(["cat", "mug", "cat"]);
});

test("strokes are undone one by one, and the mask goes with its first", () => {
  engine.setTool("brush");
  host.drag(at(50, 50), at(150, 50));
  const once = masks();
  host.drag(at(50, 60), at(150, 160));
  const twice = masks();

  engine.undo();
  expect(masks()).toEqual(once);
  engine.undo();
  expect(engine.shapes()).toEqual([]);
  engine.redo();
  engine.redo();
  expect(masks()).toEqual(twice);
});

test("a second finger takes back a stroke in hand", () => {
  engine.setTool("brush");
  host.click(at(50, 50), TOUCH);
  const before = masks();
  host.send("pointerdown", at(150, 50), TOUCH);
  host.send("pointermove", at(250, 50), TOUCH);
  host.send("pointerdown", at(300, 90), SECOND_FINGER);
  host.send("pointerup", at(300, 90), SECOND_FINGER);
  host.send("pointerup", at(250, 50), TOUCH);

  expect(masks()).toEqual(before);
  engine.undo();
  expect(engine.shapes()).toEqual([]);
  expect(engine.canUndo).toBe(false);
});

test("the eraser takes from all masks of the field, and what it empties is gone until undone", () => {
  engine.setTool("brush");
  host.click(at(50, 50));
  engine.setLabel("mug");
  host.click(at(60, 50));
  engine.select(null);
  const before = masks();
  engine.setTool("eraser");
  engine.setBrush(100);
  host.click(at(55, 50));
  expect(engine.shapes()).toEqual([]);

  engine.undo();

  expect(masks()).toEqual(before);
});

test("a stroke beside the image leaves nothing, not even a step", () => {
  engine.setTool("brush");
  host.click([2, 2]);
  engine.setTool("eraser");
  host.click(at(100, 100));

  expect(engine.shapes()).toEqual([]);
  expect(engine.canUndo).toBe(false);
});

test("a log survives a reload: shapes, steps both ways, and the outline in hand", () => {
  drawABox();
  drawATriangle();
  engine.setTool("brush");
  host.drag(at(50, 50), at(150, 50));
  host.drag(at(50, 90), at(150, 90));
  engine.undo();
  engine.setTool("polygon");
  host.click(at(300, 100));
  host.click(at(350, 100));
  const values = [engine.value("things"), engine.value("outlines"), engine.value("pixels")];

  const log = JSON.parse(JSON.stringify(engine.exportLog()));
  engine.destroy();
  engine = anEngine();
  expect(engine.importLog(log)).toBe(true);

  expect([engine.value("things"), engine.value("outlines"), engine.value("pixels")]).toEqual(values);
  expect(engine.draft?.points).toHaveLength(2);
  expect(engine.redo()).toBe(true);
  expect(engine.value("pixels")).not.toEqual(values[2]);
  while (engine.undo());
  expect(engine.shapes()).toEqual([]);
  drawABox();
  expect(new Set(engine.shapes().map(({ id }) => id)).size).toBe(engine.shapes().length);
});

test("a log of another image is not taken, nor one that is damaged", () => {
  drawABox();
  const log = engine.exportLog();
  const mask = { kind: "mask", id: "s9", field: "pixels", label: "cat", counts: "no" } as const;

  expect(engine.importLog({ ...log, size: { width: 300, height: 400 } })).toBe(false);
  expect(engine.importLog({ ...log, version: 99 })).toBe(false);
  expect(engine.importLog({ ...log, shapes: [mask] })).toBe(false);

  expect(boxes()).toEqual([A_BOX]);
});

test("an answer that is put in comes out the same", () => {
  drawABox();
  engine.setTool("brush");
  host.drag(at(50, 50), at(150, 90));
  drawATriangle();
  const values = { things: engine.value("things"), outlines: engine.value("outlines"), pixels: engine.value("pixels") };
  engine.load({} as CanvasImageSource, SIZE);
  expect(engine.shapes()).toEqual([]);

  for (const [field, value] of Object.entries(values)) engine.setValue(field, value);

  expect({ things: engine.value("things"), outlines: engine.value("outlines"), pixels: engine.value("pixels") }).toEqual(values);
  expect(engine.canUndo).toBe(false);
});

test("a change names the fields whose values are others", () => {
  const changes = told("change");
  drawABox();
  engine.setTool("polygon");
  host.click(at(100, 100));
  engine.escape();
  engine.undo();

  expect(changes).toEqual([{ fields: ["things"] }, { fields: [] }, { fields: [] }, { fields: ["things"] }]);
});

test("the list of shapes is the same until they change", () => {
  drawABox();
  const before = engine.shapes();
  engine.select(null);
  engine.zoomBy(2);
  expect(engine.shapes()).toBe(before);

  engine.hide(before[0]?.id ?? "", true);

  expect(engine.shapes()[0]?.hidden).toBe(true);
  expect(boxes()).toEqual([A_BOX]);
});

test("a tool that the form has no field for is not taken up", () => {
  engine.destroy();
  engine = anEngine(OUTLINES);

  expect(engine.tool).toBe("polygon");
  expect(engine.perform("box")).toBe(false);
  expect(engine.tool).toBe("polygon");
});

test("fields of a kind share the image, and each keeps its shapes and its label", () => {
  engine.destroy();
  engine = anEngine(BOXES, { ...BOXES, key: "more" });
  engine.setLabel("mug");
  drawABox();
  engine.setField("more");
  host.drag(at(200, 20), at(230, 60));
  engine.setField("things");

  expect(boxes()).toEqual([{ ...A_BOX, label: "mug" }]);
  expect(engine.value("more")).toEqual({ boxes: [{ ...A_BOX, x: 200 }] });
  expect(engine.label).toBe("mug");
});

test("a thousand shapes are taken and no more", () => {
  const refusals = told("refusal");
  engine.setValue("things", { boxes: Array.from({ length: 1_000 }, () => A_BOX) });

  drawABox();

  expect(boxes()).toHaveLength(1_000);
  expect(refusals[0]?.reason).toBe("many-shapes");
});

test("read-only, nothing is drawn, moved or deleted, but chosen", () => {
  engine.destroy();
  engine = new Engine(host as unknown as HTMLElement, { readOnly: true });
  engine.load({} as CanvasImageSource, SIZE);
  engine.setFields([BOXES]);
  engine.setValue("things", { boxes: [A_BOX] });

  host.click(at(25, 40));
  host.drag(at(25, 40), at(90, 90));

  expect(engine.setTool("box")).toBe(false);
  expect(engine.selection).not.toBeNull();
  expect([engine.remove(), engine.duplicate(), engine.relabel("mug"), engine.perform("nudge-up"), engine.place()]).not.toContain(true);
  expect(boxes()).toEqual([A_BOX]);
});

test("a finger that draws is magnified until it leaves", () => {
  const magnified = told("magnify");
  host.send("pointerdown", at(10, 20), TOUCH);
  host.send("pointermove", at(30, 40), TOUCH);
  paint();
  host.send("pointerup", at(30, 40), TOUCH);
  paint();

  expect(magnified.map((each) => each?.at ?? null)).toEqual([{ x: 46, y: 56 }, null]);
});

test("overlays are looked at only", () => {
  engine.setOverlay("correction", [{ field: "things", value: { boxes: [A_BOX] } }], { color: "#3dd68c", dash: [4, 4] });
  paint();
  engine.setTool("select");
  host.click(at(25, 40));

  expect(engine.selection).toBeNull();
  expect(boxes()).toEqual([]);
});
