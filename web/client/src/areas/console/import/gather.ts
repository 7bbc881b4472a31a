import type { Field } from "@/editor/documents";
import { type Asked, formatOf, mediumOf, type Parsed, type PlannedItem, type Trouble } from "./plan";

/** A file with its path inside what was dropped. */
export type Given = { file: File; path: string };

export type Plan = { items: PlannedItem[]; troubles: Trouble[]; files: Map<string, File>; bytes: number; gold: number; hasCoco: boolean };

/** What was dropped, folders looked through. Its entries must be asked for at once: after the event they are gone. */
export async function dropped(transfer: DataTransfer): Promise<Given[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  return (await Promise.all(entries.map((entry) => (entry ? within(entry) : [])))).flat();
}

export function chosen(files: FileList): Given[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

async function within(entry: FileSystemEntry): Promise<Given[]> {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, path: entry.fullPath.slice(1) }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Given[] = [];
  // A reader gives at most a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(within))).flat());
  }
}

/** What would be brought of these files. `isGold`: annotations of COCO become known answers. */
export async function planned(given: readonly Given[], fields: readonly Field[], isGold: boolean): Promise<Plan> {
  const data = given.filter(({ file }) => formatOf(file.name));
  const media = given.filter(({ file }) => !formatOf(file.name) && mediumOf(file));
  const rest = given.filter(({ file }) => !formatOf(file.name) && !mediumOf(file));
  const parsed = await Promise.all(data.map(({ file }) => parse({ file, format: formatOf(file.name)!, fields: [...fields], isGold })));
  const troubles: Trouble[] = [
    ...rest.map(({ path }): Trouble => ({ file: path, line: null, code: "NOT_TAKEN", about: "" })),
    ...parsed.flatMap((each) => each.troubles),
  ];
  const places = placesOf(media);
  const known = data.length > 0 ? parsed.flatMap((each) => each.items) : media.map(itemOfFile);
  const items = onceEach(known, troubles).filter((item) => hasItsFiles(item, places, troubles));
  const files = new Map<string, File>();
  for (const name of items.flatMap(filesOf)) files.set(name, places.get(name)!);
  const used = new Set(files.values());
  if (data.length > 0)
    for (const { file, path } of media) if (!used.has(file)) troubles.push({ file: path, line: null, code: "NOT_NAMED", about: "" });
  return {
    items,
    troubles,
    files,
    bytes: [...used].reduce((sum, { size }) => sum + size, 0),
    gold: items.filter(({ gold }) => gold).length,
    hasCoco: parsed.some((each) => each.isCoco),
  };
}

export function filesOf({ content }: PlannedItem): string[] {
  return content.flatMap((block) => (block.kind === "text" ? [] : [block.file]));
}

function parse(asked: Asked): Promise<Parsed> {
  const worker = new Worker(new URL("./parse.worker.ts", import.meta.url), { type: "module" });
  return new Promise<Parsed>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Parsed>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(asked);
  }).finally(() => worker.terminate());
}

function itemOfFile({ file, path }: Given): PlannedItem {
  const content = mediumOf(file) === "image" ? [{ kind: "image" as const, file: path, alt: "" }] : [{ kind: "audio" as const, file: path }];
  return { externalId: path, content, gold: null, source: { file: path, line: null } };
}

/** Files by path and by mere name, as COCO and tables name them. */
function placesOf(media: readonly Given[]): Map<string, File> {
  const places = new Map<string, File>();
  for (const { file, path } of media) {
    const parts = path.split("/");
    // The folder that was dropped is part of the path and seldom of the names in the file.
    for (let from = parts.length - 1; from >= 0; from -= 1) {
      const name = parts.slice(from).join("/");
      if (!places.has(name)) places.set(name, file);
    }
  }
  return places;
}

function onceEach(items: readonly PlannedItem[], troubles: Trouble[]): PlannedItem[] {
  const keys = new Set<string>();
  return items.filter(({ externalId, source }) => {
    if (!keys.has(externalId)) return keys.add(externalId);
    troubles.push({ ...source, code: "SAME_KEY", about: externalId });
    return false;
  });
}

function hasItsFiles(item: PlannedItem, places: ReadonlyMap<string, File>, troubles: Trouble[]): boolean {
  const missing = filesOf(item).find((name) => !places.has(name));
  if (missing === undefined) return true;
  troubles.push({ ...item.source, code: "FILE_MISSING", about: missing });
  return false;
}
