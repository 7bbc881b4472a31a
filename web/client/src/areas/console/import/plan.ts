import type { AnswerInput } from "@/editor/answers";
import type { Field } from "@/editor/documents";

/** Where something came from: `line` counts from 1, of JSON the element; null for a file as a whole. */
export type Source = { file: string; line: number | null };

export type TroubleCode =
  | "NOT_JSON"
  | "NOT_ITEMS"
  | "NO_CONTENT"
  | "NO_COLUMN"
  | "OPEN_QUOTE"
  | "FILE_MISSING"
  | "NOT_TAKEN"
  | "UNKNOWN_CATEGORY"
  | "BAD_GOLD"
  | "SAME_KEY"
  | "NOT_NAMED"
  | "REFUSED";

/** Something that is not brought, and why; `about` is the name or the server's words that the code is about. */
export type Trouble = Source & { code: TroubleCode; about: string };

export type PlannedBlock =
  | { kind: "image"; file: string; alt: string }
  | { kind: "audio"; file: string }
  | { kind: "text"; text: string; role: string | null };

export type PlannedItem = { externalId: string; content: PlannedBlock[]; gold: AnswerInput[] | null; source: Source };

export type Parsed = { items: PlannedItem[]; troubles: Trouble[]; isCoco: boolean };

export type Format = "jsonl" | "csv" | "json";

/** What the worker is asked. */
export type Asked = { file: File; format: Format; fields: Field[]; isGold: boolean };

export function formatOf(name: string): Format | undefined {
  const ending = name.toLowerCase().split(".").at(-1);
  if (ending === "jsonl" || ending === "ndjson") return "jsonl";
  return ending === "csv" || ending === "json" ? ending : undefined;
}

export function mediumOf({ type, name }: { type: string; name: string }): "image" | "audio" | undefined {
  if (/^image\//.test(type) || /\.(jpe?g|png|webp|gif)$/i.test(name)) return "image";
  return /^(audio\/|video\/(webm|ogg))/.test(type) || /\.(wav|mp3|ogg|webm)$/i.test(name) ? "audio" : undefined;
}
