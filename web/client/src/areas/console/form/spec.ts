import type { graphql, Scalar } from "@/api/graphql";
import { type UserError, wordsOf } from "@/api/problem";
import type { Answers } from "@/editor/answers";
import type { Content, Field } from "@/editor/documents";
import type { Project } from "../documents";
import { answersWithMedia } from "./exampleAnswers";
import { keyFor } from "./keys";
import { FIELD_KINDS, type FieldKind, floorOf, kindOf } from "./kinds";

export type ClassDraft = { id: string; key: string; label: string; color: string; keyFollows: boolean };
/** A field as it is being built. Its classes or options stand beside it, with names of their own that survive a change of key. */
export type FieldDraft = { id: string; field: Field; classes: ClassDraft[]; keyFollows: boolean };
export type ExampleDraft = { id: string; good: boolean; comment: string; content: Content[]; answers: Answers };

export type Spec = {
  title: string;
  kind: Scalar<"TaskKind">;
  instructions: string;
  fields: FieldDraft[];
  price: string;
  overlap: number;
  leaseSeconds: number;
  countries: string[];
  languages: string[];
  devices: Scalar<"DeviceCapability">[];
  minAccuracy: number | null;
  /** Tests that must have been passed, by id. */
  qualifications: string[];
  examples: ExampleDraft[];
};

/** Form, kind, price and overlap were promised to people once there are items. */
export function isFixed({ state, sample }: Project): boolean {
  return state !== "DRAFT" || Boolean(sample?.edges.length);
}

export function specOf(project: Project): Spec {
  const { countries, languages, devices, minAccuracy, qualifications } = project.requirements;
  return {
    title: project.title,
    kind: project.kind,
    instructions: project.instructions,
    fields: project.form.map((field) => ({
      id: newId(),
      field,
      keyFollows: false,
      classes: classesOf(field).map((each) => ({ ...each, id: newId(), keyFollows: false })),
    })),
    price: project.pricePerThousand.amount,
    overlap: project.overlap,
    leaseSeconds: project.leaseSeconds,
    countries: [...countries],
    languages: [...languages],
    devices: [...devices],
    minAccuracy,
    qualifications: qualifications.map(({ id }) => id),
    examples: project.examples.map(({ good, comment, content, answers }) => ({
      id: newId(),
      good,
      comment,
      content: [...content],
      answers: answersWithMedia(answers),
    })),
  };
}

export function newId(): string {
  return crypto.randomUUID();
}

function classesOf(field: Field) {
  if (field.__typename === "ChoiceField") return field.options;
  return "classes" in field ? field.classes : [];
}

/** The field as the editor takes it. */
export function fieldOf({ field, classes }: FieldDraft): Field {
  const plain = classes.map(({ key, label, color }) => ({ key, label, color }));
  if (field.__typename === "ChoiceField") return { ...field, options: plain };
  return "classes" in field ? { ...field, classes: plain } : field;
}

export function formOf(spec: Spec): Field[] {
  return spec.fields.map(fieldOf);
}

/** The form with something to read wherever a label is still to be written. */
export function legible(spec: Spec): Field[] {
  const said = <Labelled extends { key: string; label: string }>(each: Labelled): Labelled =>
    each.label.trim() ? each : { ...each, label: each.key || "–" };
  return spec.fields.map((draft) => said(fieldOf({ ...draft, classes: draft.classes.map(said) })));
}

export function floorOfSpec(spec: Spec): number {
  return floorOf(spec.fields.map(({ field }) => kindOf(field)));
}

type FormFieldInput = ReturnType<typeof graphql.scalar<"FormFieldInput">>;

export function fieldInput(draft: FieldDraft): FormFieldInput {
  const field = fieldOf(draft);
  const { key, label, help, required } = field;
  return { key, label, help: help?.trim() || null, required, kind: kindInput(field) };
}

function kindInput(field: Field): FormFieldInput["kind"] {
  switch (field.__typename) {
    case "ChoiceField":
      return { choice: { options: [...field.options], multiple: field.multiple } };
    case "RatingField":
      return { rating: { min: field.min, max: field.max } };
    case "TextField":
      return { text: { maxLength: field.maxLength } };
    case "MediaField":
      return { media: { media: field.media } };
    default: {
      const classes = { classes: [...field.classes] };
      const shapes = {
        BoxField: { box: classes },
        PolygonField: { polygon: classes },
        MaskField: { mask: classes },
        SpanField: { span: classes },
      };
      return shapes[field.__typename];
    }
  }
}

const PALETTE = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00"];

export function newClass(label: string, taken: readonly { key: string }[]): ClassDraft {
  return { id: newId(), key: keyFor(label, taken), label, color: PALETTE[taken.length % PALETTE.length] ?? "#56b4e9", keyFollows: true };
}

export function newField(kind: FieldKind, label: string, taken: readonly FieldDraft[], classLabels: readonly string[]): FieldDraft {
  const head = {
    key: keyFor(
      label,
      taken.map(({ field }) => field),
    ),
    label,
    help: null,
    required: true,
  };
  const name = FIELD_KINDS[kind].name;
  const hasClasses = !["text", "rating", "media"].includes(kind);
  const classes: ClassDraft[] = [];
  if (hasClasses) for (const each of classLabels) classes.push(newClass(each, classes));
  return { id: newId(), keyFollows: true, classes, field: blank(name, head) };
}

function blank(name: Field["__typename"], head: Pick<Field, "key" | "label" | "help" | "required">): Field {
  switch (name) {
    case "ChoiceField":
      return { __typename: name, ...head, options: [], multiple: false };
    case "RatingField":
      return { __typename: name, ...head, min: 1, max: 5 };
    case "TextField":
      return { __typename: name, ...head, maxLength: 2000 };
    case "MediaField":
      return { __typename: name, ...head, media: "IMAGE" };
    default:
      return { __typename: name, ...head, classes: [] };
  }
}

/** Errors whose numbers of fields, classes and examples have become names, so that they stay where they belong while things move. */
export function named(errors: readonly UserError[], spec: Spec): UserError[] {
  return errors.map((error) => ({ ...error, path: namedPath(error.path.slice(1), spec) }));
}

function namedPath([part, number, ...rest]: string[], spec: Spec): string[] {
  if (part === "form" && number !== undefined) {
    const draft = spec.fields[Number(number)];
    const [kind, name, list, place, ...inner] = rest;
    const isOfClass = kind === "kind" && (list === "options" || list === "classes") && place !== undefined;
    const known = isOfClass
      ? ["classes", draft?.classes[Number(place)]?.id ?? place, ...inner]
      : kind === "kind" && name
        ? [list ?? "kind"]
        : rest;
    return ["form", draft?.id ?? number, ...known];
  }
  if (part === "examples" && number !== undefined) return ["examples", spec.examples[Number(number)]?.id ?? number, ...rest];
  return [part, number, ...rest].filter((each) => each !== undefined);
}

export type ErrorAt = (...path: string[]) => string | undefined;

/** Finds what is said of a place, or of something inside it where nothing there shows it. */
export function errorsBy(errors: readonly UserError[]): { at: ErrorAt; under: ErrorAt } {
  const begins = (path: string[], with_: string[]) => with_.every((part, index) => path[index] === part);
  return {
    at: (...path) => wordsOf(errors.find((error) => error.path.length === path.length && begins(error.path, path))),
    under: (...path) => wordsOf(errors.find((error) => begins(error.path, path))),
  };
}
