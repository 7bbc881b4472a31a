import { isCoco, parseCoco } from "./coco";
import { parseCsv } from "./csv";
import type { Asked, Parsed } from "./plan";
import { parseJsonLines, parseList } from "./records";

/** Reads a file of items off the page's thread: a hundred thousand lines take seconds. */
self.onmessage = async ({ data }: MessageEvent<Asked>) => {
  self.postMessage(await parsed(data));
};

async function parsed({ file, format, fields, isGold }: Asked): Promise<Parsed> {
  const text = await file.text();
  if (format === "jsonl") return parseJsonLines(text, file.name, fields);
  if (format === "csv") return parseCsv(text, file.name, fields);
  try {
    const raw: unknown = JSON.parse(text);
    if (isCoco(raw)) return parseCoco(raw, file.name, fields, isGold);
    if (Array.isArray(raw)) return parseList(raw, file.name, fields);
    return { items: [], troubles: [{ file: file.name, line: null, code: "NOT_ITEMS", about: "" }], isCoco: false };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { items: [], troubles: [{ file: file.name, line: null, code: "NOT_JSON", about: error.message }], isCoco: false };
  }
}
