import type { Field } from "@/editor/documents";
import { BadGold, goldOf } from "./gold";
import type { Parsed, PlannedBlock, PlannedItem, Source, Trouble } from "./plan";

type Loose = Record<string, unknown>;

/** JSON Lines: an item a line. */
export function parseJsonLines(text: string, file: string, fields: readonly Field[]): Parsed {
  const parsed: Parsed = { items: [], troubles: [], isCoco: false };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (!line.trim()) continue;
    const source = { file, line: index + 1 };
    try {
      take(parsed, itemOf(JSON.parse(line), source, fields));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      parsed.troubles.push({ ...source, code: "NOT_JSON", about: error.message });
    }
  }
  return parsed;
}

/** A JSON file that is a list of items. */
export function parseList(list: readonly unknown[], file: string, fields: readonly Field[]): Parsed {
  const parsed: Parsed = { items: [], troubles: [], isCoco: false };
  for (const [index, raw] of list.entries()) take(parsed, itemOf(raw, { file, line: index + 1 }, fields));
  return parsed;
}

function take(parsed: Parsed, made: PlannedItem | Trouble): void {
  if ("code" in made) parsed.troubles.push(made);
  else parsed.items.push(made);
}

/** An item as the API has it, with file names for uploads, or in short: {"id", "image", "audio", "text", "alt", "gold"}. */
export function itemOf(raw: unknown, source: Source, fields: readonly Field[]): PlannedItem | Trouble {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return { ...source, code: "NOT_ITEMS", about: "" };
  const record = raw as Loose;
  const content = Array.isArray(record.content) ? record.content.flatMap(blockOf) : shortContent(record);
  if (content.length === 0) return { ...source, code: "NO_CONTENT", about: "" };
  const id = record.externalId ?? record.id;
  try {
    return {
      externalId: id === undefined || id === null || id === "" ? `${source.file}:${source.line}` : String(id),
      content,
      gold: goldOf(record.gold, fields),
      source,
    };
  } catch (error) {
    if (!(error instanceof BadGold)) throw error;
    return { ...source, code: "BAD_GOLD", about: error.message };
  }
}

function blockOf(raw: unknown): PlannedBlock[] {
  const { image, audio, text } = (raw ?? {}) as Loose;
  if (image) return [{ kind: "image", file: fileOf(image), alt: word((image as Loose).alt) }];
  if (audio) return [{ kind: "audio", file: fileOf(audio) }];
  if (typeof text === "string") return [{ kind: "text", text, role: null }];
  if (text) return [{ kind: "text", text: word((text as Loose).text), role: word((text as Loose).role) || null }];
  return [];
}

function fileOf(raw: unknown): string {
  return typeof raw === "string" ? raw : word((raw as Loose).file);
}

export function shortContent({ image, audio, text, alt }: Loose): PlannedBlock[] {
  const blocks: PlannedBlock[] = [];
  if (image) blocks.push({ kind: "image", file: String(image), alt: word(alt) });
  if (audio) blocks.push({ kind: "audio", file: String(audio) });
  if (typeof text === "string" && text) blocks.push({ kind: "text", text, role: null });
  // Several texts of different roles, such as {"query": …, "result": …}.
  else if (text && typeof text === "object")
    for (const [role, each] of Object.entries(text)) blocks.push({ kind: "text", text: word(each), role });
  return blocks;
}

function word(raw: unknown): string {
  return typeof raw === "string" ? raw : "";
}
