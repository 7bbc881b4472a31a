import type { AnswerInput } from "@/editor/answers";
import type { Field } from "@/editor/documents";
import { BadGold, goldOfCell } from "./gold";
import type { Parsed, PlannedItem, Source, Trouble } from "./plan";
import { shortContent } from "./records";

const IDS = new Set(["id", "externalid", "external_id", "key"]);
const CONTENT = /^(image|audio|alt|text(?::(.+))?)$/;
const GOLD = /^gold[:.](.+)$/;

/** A table with a heading: id, image, audio, alt, text, text:ROLE and gold:FIELD. */
export function parseCsv(text: string, file: string, fields: readonly Field[]): Parsed {
  const { rows, isOpen } = rowsOf(text.replace(/^\uFEFF/, ""));
  const [heading, ...rest] = rows;
  const columns = heading?.cells.map((cell) => cell.trim()) ?? [];
  const unknown = columns.find((name) => name && !IDS.has(name.toLowerCase()) && !CONTENT.test(name) && !GOLD.test(name));
  const hasContent = columns.some((name) => CONTENT.test(name) && name !== "alt");
  const troubles: Trouble[] = [];
  if (unknown !== undefined) troubles.push({ file, line: 1, code: "NO_COLUMN", about: unknown });
  if (!hasContent) return { items: [], troubles: [...troubles, { file, line: 1, code: "NO_CONTENT", about: "" }], isCoco: false };
  const items: PlannedItem[] = [];
  for (const { cells, line } of rest) {
    if (cells.every((cell) => !cell.trim())) continue;
    const made = itemOf(columns, cells, { file, line }, fields);
    if ("code" in made) troubles.push(made);
    else items.push(made);
  }
  if (isOpen) troubles.push({ file, line: rows.at(-1)?.line ?? 1, code: "OPEN_QUOTE", about: "" });
  return { items, troubles, isCoco: false };
}

function itemOf(columns: readonly string[], cells: readonly string[], source: Source, fields: readonly Field[]): PlannedItem | Trouble {
  let externalId = `${source.file}:${source.line}`;
  const plain: Record<string, string> = {};
  const texts: Record<string, string> = {};
  const gold: AnswerInput[] = [];
  try {
    for (const [index, name] of columns.entries()) {
      const cell = cells[index]?.trim() ?? "";
      if (!cell) continue;
      const role = CONTENT.exec(name)?.[2];
      const key = GOLD.exec(name)?.[1];
      if (IDS.has(name.toLowerCase())) externalId = cell;
      else if (role) texts[role] = cell;
      else if (key) gold.push(goldOfCell(cell, key, fields));
      else plain[name] = cell;
    }
  } catch (error) {
    if (!(error instanceof BadGold)) throw error;
    return { ...source, code: "BAD_GOLD", about: error.message };
  }
  const content = [...shortContent(plain), ...shortContent({ text: texts })];
  if (content.length === 0) return { ...source, code: "NO_CONTENT", about: "" };
  return { externalId, content, gold: gold.length > 0 ? gold : null, source };
}

type Row = { cells: string[]; line: number };

/** RFC 4180, with comma, semicolon or tab, whichever the heading has most of. Rows keep the line on which they begin. */
export function rowsOf(text: string): { rows: Row[]; isOpen: boolean } {
  const heading = text.slice(0, text.search(/\r?\n|$/));
  const [separator] = [",", ";", "\t"].sort((a, b) => heading.split(b).length - heading.split(a).length);
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  let line = 1;
  let begun = 1;
  const endRow = () => {
    rows.push({ cells: [...cells, cell], line: begun });
    cells = [];
    cell = "";
    begun = line;
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "\n") line += 1;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell === "") isQuoted = true;
    else if (sign === separator) {
      cells.push(cell);
      cell = "";
    } else if (sign === "\n") endRow();
    else if (sign !== "\r" || text[at + 1] !== "\n") cell += sign;
  }
  if (cell || cells.length > 0) endRow();
  return { rows, isOpen: isQuoted };
}
