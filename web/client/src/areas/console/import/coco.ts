import type { AnswerInput } from "@/editor/answers";
import type { Field } from "@/editor/documents";
import { encode } from "@/engine/rle";
import { keyFor } from "../form/keys";
import type { Parsed, PlannedItem, Trouble } from "./plan";

type Shape = {
  image_id: number;
  category_id: number;
  bbox?: number[];
  segmentation?: number[][] | { size: number[]; counts: string | number[] };
};
export type Coco = {
  images: { id: number; file_name: string; width?: number; height?: number }[];
  annotations?: Shape[];
  categories?: { id: number; name: string }[];
};
type Labelled = Extract<Field, { classes: readonly unknown[] }>;

export function isCoco(raw: unknown): raw is Coco {
  return typeof raw === "object" && raw !== null && Array.isArray((raw as Coco).images);
}

/** COCO's images as items; with `isGold`, its annotations as their known answers, for the form's fields of boxes, polygons and masks. */
export function parseCoco(
  { images, annotations = [], categories = [] }: Coco,
  file: string,
  fields: readonly Field[],
  isGold: boolean,
): Parsed {
  const troubles: Trouble[] = [];
  const shapes = new Map<number, Shape[]>();
  for (const shape of annotations) {
    const own = shapes.get(shape.image_id);
    if (own) own.push(shape);
    else shapes.set(shape.image_id, [shape]);
  }
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const drawn = fields.filter((field): field is Labelled => ["BoxField", "PolygonField", "MaskField"].includes(field.__typename));
  const items = images.map(({ id, file_name }, index): PlannedItem => {
    const source = { file, line: index + 1 };
    const own = isGold ? (shapes.get(id) ?? []) : [];
    const gold: AnswerInput[] = [];
    for (const field of own.length > 0 ? drawn : []) {
      const unknown = own.map(({ category_id }) => names.get(category_id) ?? String(category_id)).find((name) => !classOf(field, name));
      if (unknown !== undefined) troubles.push({ ...source, code: "UNKNOWN_CATEGORY", about: unknown });
      else gold.push({ key: field.key, value: answerOf(field, own, (shape) => classOf(field, names.get(shape.category_id) ?? "") ?? "") });
    }
    return { externalId: file_name, content: [{ kind: "image", file: file_name, alt: "" }], gold: gold.length > 0 ? gold : null, source };
  });
  // An item whose known answer could not be read would go to people as a task: it stays out instead.
  const wrong = new Set(troubles.map(({ line }) => line));
  return { items: items.filter(({ source }) => !wrong.has(source.line)), troubles: unique(troubles), isCoco: true };
}

function classOf(field: Labelled, name: string): string | undefined {
  const key = keyFor(name, []);
  return field.classes.find((each) => each.key === name || each.label.toLowerCase() === name.toLowerCase() || each.key === key)?.key;
}

function answerOf(field: Labelled, shapes: readonly Shape[], label: (shape: Shape) => string): AnswerInput["value"] {
  if (field.__typename === "BoxField")
    return {
      boxes: shapes.flatMap((shape) => {
        const [x, y, width, height] = shape.bbox ?? [];
        return x === undefined || y === undefined || width === undefined || height === undefined
          ? []
          : [{ label: label(shape), x, y, width, height }];
      }),
    };
  if (field.__typename === "PolygonField")
    return {
      // A thing in several parts is several outlines.
      polygons: shapes.flatMap((shape) =>
        Array.isArray(shape.segmentation) ? shape.segmentation.map((points) => ({ label: label(shape), points })) : [],
      ),
    };
  return {
    masks: shapes.flatMap((shape) => {
      const { segmentation } = shape;
      if (!segmentation || Array.isArray(segmentation)) return [];
      const { size, counts } = segmentation;
      return [{ label: label(shape), size, counts: typeof counts === "string" ? counts : compressed(counts) }];
    }),
  };
}

/** COCO's other form of runs: a list of numbers, background first. */
function compressed(runs: readonly number[]): string {
  const bits = new Uint8Array(runs.reduce((sum, run) => sum + run, 0));
  let at = 0;
  for (const [index, run] of runs.entries()) {
    if (index % 2 === 1) bits.fill(1, at, at + run);
    at += run;
  }
  return encode(bits);
}

function unique(troubles: Trouble[]): Trouble[] {
  return [...new Map(troubles.map((trouble) => [`${trouble.line} ${trouble.about}`, trouble])).values()];
}
