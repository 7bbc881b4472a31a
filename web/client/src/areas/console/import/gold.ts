import type { AnswerInput } from "@/editor/answers";
import type { Field } from "@/editor/documents";

export class BadGold extends Error {}

const MEMBERS: Partial<Record<Field["__typename"], string>> = {
  ChoiceField: "choices",
  BoxField: "boxes",
  PolygonField: "polygons",
  MaskField: "masks",
  SpanField: "spans",
  TextField: "text",
  RatingField: "rating",
};

/** A known answer: as the API has it, or an object of values by the keys of the form's fields. Throws BadGold with the key that does not fit. */
export function goldOf(raw: unknown, fields: readonly Field[]): AnswerInput[] | null {
  if (raw === null || raw === undefined || raw === "") return null;
  if (typeof raw !== "object") throw new BadGold("gold");
  if (Array.isArray(raw)) return raw as AnswerInput[];
  return Object.entries(raw).map(([key, value]) => ({
    key,
    value: answerOf(
      value,
      fields.find((field) => field.key === key),
      key,
    ),
  }));
}

/** From a cell of a table: the label or the key of an option stands for it, several apart by “|”. */
export function goldOfCell(cell: string, key: string, fields: readonly Field[]): AnswerInput {
  const field = fields.find((each) => each.key === key);
  if (field?.__typename === "RatingField") return { key, value: { rating: Number(cell) } };
  return { key, value: answerOf(field?.__typename === "ChoiceField" ? cell.split("|").map((each) => each.trim()) : cell, field, key) };
}

function answerOf(value: unknown, field: Field | undefined, key: string): AnswerInput["value"] {
  const member = field && MEMBERS[field.__typename];
  if (!field || !member) throw new BadGold(key);
  if (field.__typename === "ChoiceField") {
    const given = Array.isArray(value) ? value : [value];
    return {
      choices: given.map((each) => field.options.find((option) => option.key === each || option.label === each)?.key ?? String(each)),
    };
  }
  return { [member]: value } as AnswerInput["value"];
}
