import { expect, test } from "vitest";
import type { Remark } from "./documents";
import { mannerOf, placeOf } from "./marks";

const BOX = { label: "cup", x: 10, y: 20, width: 30, height: 40 };
const OTHER = { ...BOX, x: 200 };

test("what is missed is shown where it is, and what is too much where it was drawn", () => {
  const missed = remark("MISSING", null, { __typename: "BoxAnswer", boxes: [BOX] });
  const tooMuch = remark("EXTRA", { __typename: "BoxAnswer", boxes: [OTHER] }, null);

  expect([mannerOf(missed), placeOf(missed)]).toEqual(["expected", BOX]);
  expect([mannerOf(tooMuch), placeOf(tooMuch)]).toEqual(["surplus", OTHER]);
});

test("of what was marked twice it is the second that is to go", () => {
  const twice = remark("TWICE", { __typename: "BoxAnswer", boxes: [OTHER] }, { __typename: "BoxAnswer", boxes: [BOX] });

  expect([mannerOf(twice), placeOf(twice)]).toEqual(["surplus", OTHER]);
});

test("an outline's place is around its corners", () => {
  const outline = remark("LOW_OVERLAP", null, {
    __typename: "PolygonAnswer",
    polygons: [{ label: "cup", points: [10, 20, 40, 25, 15, 60] }],
  });

  expect(placeOf(outline)).toEqual({ x: 10, y: 20, width: 30, height: 40 });
});

test("what is painted has no place of its own, and a choice no mark", () => {
  const mask = remark("MISSING", null, { __typename: "MaskAnswer", masks: [{ label: "cup", size: [4, 4], counts: "0" }] });
  const choice = remark("WRONG", { __typename: "ChoiceAnswer" }, { __typename: "ChoiceAnswer" });

  expect([mannerOf(mask), placeOf(mask)]).toEqual(["expected", null]);
  expect([mannerOf(choice), placeOf(choice)]).toEqual(["none", null]);
});

function remark(fault: Remark["fault"], given: Remark["given"], expected: Remark["expected"]): Remark {
  return { key: "things", fault, message: "", given, expected };
}
