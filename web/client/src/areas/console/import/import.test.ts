import { describe, expect, it } from "vitest";
import type { Field } from "@/editor/documents";
import { encode } from "@/engine/rle";
import { parseCoco } from "./coco";
import { parseCsv, rowsOf } from "./csv";
import { BadGold, goldOf } from "./gold";
import { itemOf, parseJsonLines } from "./records";

const base = { help: null, required: true };
const FIELDS = [
  {
    ...base,
    __typename: "ChoiceField",
    key: "what",
    label: "What",
    multiple: false,
    options: [
      { key: "cup", label: "A cup" },
      { key: "plate", label: "A plate" },
    ],
  },
  { ...base, __typename: "RatingField", key: "sharp", label: "Sharp", min: 1, max: 5 },
  { ...base, __typename: "BoxField", key: "boxes", label: "Boxes", classes: [{ key: "red_cup", label: "Red cup", color: "#56B4E9" }] },
] as unknown as Field[];
const [, , BOXES] = FIELDS;
const as = (kind: string) => [{ ...BOXES, __typename: kind }] as unknown as Field[];

describe("a table", () => {
  it("keeps separators, quotes and line ends that stand in quotes, and counts lines past them", () => {
    const { rows, isOpen } = rowsOf('id,text\r\n1,"a, ""b""\nc"\r\n2,d');

    expect(rows).toEqual([
      { cells: ["id", "text"], line: 1 },
      { cells: ["1", 'a, "b"\nc'], line: 2 },
      { cells: ["2", "d"], line: 4 },
    ]);
    expect(isOpen).toBe(false);
  });

  it("is read whether commas, semicolons or tabs part it, and though it begins with a byte order mark", () => {
    for (const separator of [",", ";", "\t"]) {
      const { items, troubles } = parseCsv(`\uFEFFid${separator}image\n7${separator}a.jpg`, "t.csv", FIELDS);

      expect(troubles).toEqual([]);
      expect(items).toEqual([
        { externalId: "7", content: [{ kind: "image", file: "a.jpg", alt: "" }], gold: null, source: { file: "t.csv", line: 2 } },
      ]);
    }
  });

  it("gives texts their roles and known answers by the label of an option", () => {
    const { items } = parseCsv("text:query,text:result,gold:what,gold:sharp\nred cup,a cup,A plate,4", "t.csv", FIELDS);

    expect(items[0]?.content).toEqual([
      { kind: "text", text: "red cup", role: "query" },
      { kind: "text", text: "a cup", role: "result" },
    ]);
    expect(items[0]?.gold).toEqual([
      { key: "what", value: { choices: ["plate"] } },
      { key: "sharp", value: { rating: 4 } },
    ]);
  });

  it("names the line of what it cannot take, and takes the rest", () => {
    const { items, troubles } = parseCsv('id,image,gold:colour\n1,a.jpg,red\n\n2,,\n3,b.jpg,\n4,"c.jpg', "t.csv", FIELDS);

    expect(items.map(({ externalId }) => externalId)).toEqual(["3", "4"]);
    expect(troubles.map(({ line, code, about }) => [line, code, about])).toEqual([
      [2, "BAD_GOLD", "colour"],
      [4, "NO_CONTENT", ""],
      [6, "OPEN_QUOTE", ""],
    ]);
  });

  it("is refused as a whole where no column is content", () => {
    const { items, troubles } = parseCsv("id,weight\n1,2", "t.csv", FIELDS);

    expect(items).toEqual([]);
    expect(troubles.map(({ code, about }) => [code, about])).toEqual([
      ["NO_COLUMN", "weight"],
      ["NO_CONTENT", ""],
    ]);
  });
});

describe("records", () => {
  it("are items a line; one that is no JSON is named by its line", () => {
    const { items, troubles } = parseJsonLines('{"id": 0, "image": "a.jpg"}\n\n{oops\n[1]\n{"text": "b"}\r\n', "t.jsonl", FIELDS);

    expect(items.map(({ externalId }) => externalId)).toEqual(["0", "t.jsonl:5"]);
    expect(troubles.map(({ line, code }) => [line, code])).toEqual([
      [3, "NOT_JSON"],
      [4, "NOT_ITEMS"],
    ]);
  });

  it("are taken as the API has them, with file names for uploads", () => {
    const content = [{ image: { file: "a.jpg", alt: "A cup" } }, { audio: "b.ogg" }, { text: { text: "c", role: "query" } }];

    expect(itemOf({ externalId: "1", content }, { file: "t", line: 1 }, FIELDS)).toMatchObject({
      externalId: "1",
      content: [
        { kind: "image", file: "a.jpg", alt: "A cup" },
        { kind: "audio", file: "b.ogg" },
        { kind: "text", text: "c", role: "query" },
      ],
    });
  });
});

describe("known answers", () => {
  it("are taken by the keys of the form's fields, and as the API has them", () => {
    const given = [{ key: "sharp", value: { rating: 2 } }];

    expect(goldOf({ what: "A cup", sharp: 2 }, FIELDS)).toEqual([{ key: "what", value: { choices: ["cup"] } }, ...given]);
    expect(goldOf(given, FIELDS)).toEqual(given);
    expect([goldOf(null, FIELDS), goldOf("", FIELDS)]).toEqual([null, null]);
  });

  it("that are of no field, or no object, are refused", () => {
    expect(() => goldOf({ colour: "red" }, FIELDS)).toThrow(BadGold);
    expect(() => goldOf("cup", FIELDS)).toThrow(BadGold);
  });
});

describe("COCO", () => {
  const coco = {
    images: [
      { id: 1, file_name: "a.jpg" },
      { id: 2, file_name: "b.jpg" },
    ],
    categories: [
      { id: 5, name: "red cup" },
      { id: 6, name: "spoon" },
    ],
    annotations: [
      { image_id: 1, category_id: 5, bbox: [1, 2, 3, 4], segmentation: [[0, 0, 1, 0, 1, 1]] },
      { image_id: 1, category_id: 5, bbox: [5, 6, 7, 8], segmentation: { size: [2, 3], counts: [1, 2, 3] } },
    ],
  };

  it("is pictures to be answered; its annotations are left alone unless they are asked for", () => {
    const { items, troubles, isCoco } = parseCoco(coco, "c.json", FIELDS, false);

    expect(items.map(({ externalId, gold }) => [externalId, gold])).toEqual([
      ["a.jpg", null],
      ["b.jpg", null],
    ]);
    expect([troubles, isCoco]).toEqual([[], true]);
  });

  it("gives boxes, outlines and masks under the class that bears the category's name", () => {
    const goldFor = (kind: string) => parseCoco(coco, "c.json", as(kind), true).items[0]?.gold?.[0]?.value;

    expect(goldFor("BoxField")).toEqual({
      boxes: [
        { label: "red_cup", x: 1, y: 2, width: 3, height: 4 },
        { label: "red_cup", x: 5, y: 6, width: 7, height: 8 },
      ],
    });
    expect(goldFor("PolygonField")).toEqual({ polygons: [{ label: "red_cup", points: [0, 0, 1, 0, 1, 1] }] });
    expect(goldFor("MaskField")).toEqual({
      masks: [{ label: "red_cup", size: [2, 3], counts: encode(new Uint8Array([0, 1, 1, 0, 0, 0])) }],
    });
  });

  it("leaves out a picture with a category that the form has not, rather than ask people for what is known", () => {
    const strange = { ...coco, annotations: [...coco.annotations, { image_id: 2, category_id: 6, bbox: [0, 0, 1, 1] }] };

    const { items, troubles } = parseCoco(strange, "c.json", as("BoxField"), true);

    expect(items.map(({ externalId }) => externalId)).toEqual(["a.jpg"]);
    expect(troubles).toEqual([{ file: "c.json", line: 2, code: "UNKNOWN_CATEGORY", about: "spoon" }]);
  });
});
