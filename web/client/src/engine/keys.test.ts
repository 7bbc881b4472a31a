import { expect, test } from "vitest";
import { actionFor, DEFAULT_KEYS, type KeyPress, nameOf, stepOf } from "./keys";

function pressing(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more };
}

test.each([
  [pressing("v"), "select"],
  [pressing("z", { ctrlKey: true }), "undo"],
  [pressing("z", { metaKey: true }), "undo"],
  [pressing("Z", { ctrlKey: true, shiftKey: true }), "redo"],
  [pressing("d", { ctrlKey: true }), "duplicate"],
  [pressing("d"), "brush"],
  [pressing("["), "smaller"],
  [pressing("+", { shiftKey: true }), "zoom-in"],
  [pressing("3"), "label-3"],
  [pressing("0"), "fit"],
  [pressing("Tab", { shiftKey: true }), "previous"],
  [pressing("ArrowUp", { shiftKey: true }), "nudge-far-up"],
  [pressing("Delete"), "delete"],
  [pressing("q"), null],
  [pressing("b", { altKey: true }), null],
])("%o does %s", (press, action) => {
  expect(actionFor(press)).toBe(action);
});

test("in another script letters go by their place", () => {
  expect(actionFor(pressing("м", { code: "KeyV" }))).toBe("select");
});

test("a changed keymap is what counts", () => {
  expect(actionFor(pressing("q"), { ...DEFAULT_KEYS, box: ["Q"] })).toBe("box");
  expect(actionFor(pressing("b"), { ...DEFAULT_KEYS, box: [] })).toBeNull();
});

test("no two actions share a key", () => {
  const names = Object.values(DEFAULT_KEYS).flat();

  expect(new Set(names).size).toBe(names.length);
});

test("keys are named as people read them", () => {
  expect(nameOf(pressing("Z", { ctrlKey: true, shiftKey: true }))).toBe("Mod+Shift+Z");
  expect(nameOf(pressing("?", { shiftKey: true }))).toBe("?");
});

test("nudges are told by their names", () => {
  expect(stepOf("nudge-left")).toEqual({ x: -1, y: 0, resizes: false });
  expect(stepOf("nudge-far-down")).toEqual({ x: 0, y: 10, resizes: false });
  expect(stepOf("resize-right")).toEqual({ x: 1, y: 0, resizes: true });
  expect(stepOf("undo")).toBeNull();
});
