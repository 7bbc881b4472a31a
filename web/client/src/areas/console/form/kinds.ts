import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Brush, Camera, CircleDot, Highlighter, type LucideIcon, PenLine, Spline, SquareDashed, Star } from "lucide-react";
import type { graphql } from "@/api/graphql";
import type { Field } from "@/editor/documents";

export type FieldKind = "choice" | "box" | "polygon" | "mask" | "text" | "rating" | "span" | "media";
type KindInput = ReturnType<typeof graphql.scalar<"FormFieldKindInput">>;

type Facts = { name: Field["__typename"]; label: MessageDescriptor; about: MessageDescriptor; icon: LucideIcon; floor: number };

/** The kinds of field, with the least that 1,000 answers of one cost, in dollars. */
export const FIELD_KINDS: Record<FieldKind, Facts> = {
  choice: { name: "ChoiceField", label: msg`Choice`, about: msg`One option of a list, or several`, icon: CircleDot, floor: 2 },
  rating: { name: "RatingField", label: msg`Rating`, about: msg`A number on a scale`, icon: Star, floor: 2 },
  text: { name: "TextField", label: msg`Text`, about: msg`Something to write down`, icon: PenLine, floor: 4 },
  span: { name: "SpanField", label: msg`Spans`, about: msg`Words marked in a text`, icon: Highlighter, floor: 4 },
  box: { name: "BoxField", label: msg`Boxes`, about: msg`Rectangles on the picture`, icon: SquareDashed, floor: 6 },
  media: { name: "MediaField", label: msg`Media`, about: msg`A photo or a recording to make`, icon: Camera, floor: 10 },
  polygon: { name: "PolygonField", label: msg`Polygons`, about: msg`Outlines on the picture`, icon: Spline, floor: 12 },
  mask: { name: "MaskField", label: msg`Masks`, about: msg`Pixels painted with a brush`, icon: Brush, floor: 12 },
};

export function kindOf({ __typename }: Field): FieldKind {
  return __typename.replace("Field", "").toLowerCase() as FieldKind;
}

export function kindOfInput(kind: KindInput): FieldKind {
  return Object.keys(kind)[0] as FieldKind;
}

/** Dollars per 1,000 annotations. */
export function floorOf(kinds: readonly FieldKind[]): number {
  return kinds.reduce((sum, kind) => sum + FIELD_KINDS[kind].floor, 0);
}
