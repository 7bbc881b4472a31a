import type { graphql } from "@/api/graphql";
import type { Content, Field, ImageBlock, ServedAnswer, ShapeField } from "./documents";

export type Box = { label: string; x: number; y: number; width: number; height: number };
export type Polygon = { label: string; points: number[] };
export type Mask = { label: string; size: number[]; counts: string };
export type Span = { label: string; content: number; start: number; end: number };
/** An upload of the annotator's; `url` shows it. */
export type Medium = { id: string; kind: "IMAGE" | "AUDIO"; url: string };

/** The answer to one field, by its kind, as it is worked on. */
export type Value = {
  choices?: string[];
  boxes?: Box[];
  polygons?: Polygon[];
  masks?: Mask[];
  spans?: Span[];
  text?: string;
  rating?: number;
  media?: Medium[];
};
/** By the field's key. */
export type Answers = Record<string, Value>;

export type AnswerInput = ReturnType<typeof graphql.scalar<"AnswerInput">>;

export function answersOf(served: readonly ServedAnswer[]): Answers {
  return Object.fromEntries(served.map(({ key, value }) => [key, workedOn(value)]));
}

function workedOn({ __typename, ...value }: ServedAnswer["value"]): Value {
  // A recording that is shown again has an address and no id: it cannot be sent a second time, so the field asks for it anew.
  return __typename === "MediaAnswer" ? {} : (value as Value);
}

/** What is sent: fields without an answer are left out. */
export function inputsOf(form: readonly Field[], answers: Answers): AnswerInput[] {
  return form.flatMap(({ key }) => {
    const value = answers[key];
    if (!value || isEmpty(value)) return [];
    const sent = value.media ? { media: value.media.map(({ id }) => id) } : value;
    return [{ key, value: sent as AnswerInput["value"] }];
  });
}

export function isEmpty(value: Value): boolean {
  const [given] = Object.values(value).filter((each) => each !== undefined);
  if (given === undefined) return true;
  return typeof given === "number" ? false : typeof given === "string" ? given.trim() === "" : given.length === 0;
}

/** Required fields that have no answer yet. */
export function missingIn(form: readonly Field[], answers: Answers): Field[] {
  return form.filter(({ key, required }) => required && isEmpty(answers[key] ?? {}));
}

export function isShapeField(field: Field): field is ShapeField {
  return field.__typename === "BoxField" || field.__typename === "PolygonField" || field.__typename === "MaskField";
}

/** Shapes are drawn on the first image. */
export function imageOf(content: readonly Content[]): ImageBlock | undefined {
  return content.find((block): block is ImageBlock => block.__typename === "ImageContent");
}
