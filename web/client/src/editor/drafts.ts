import type { Log } from "@/engine";
import type { Answers } from "./answers";

/** What is half done, on this device: it survives a closed tab, a lost connection and an ended session. */
export type Draft = { answers: Answers; version: number; at: number };

const NAME = "tidemark";
const DRAFTS = "drafts";
const OUTBOX = "outbox";
const KEPT_MS = 14 * 86_400_000;

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(DRAFTS);
      request.result.createObjectStore(OUTBOX);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function within<Result>(name: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
  const store = (await database()).transaction(name, mode).objectStore(name);
  const request = act(store);
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** `name` is the assignment's or the task's id: a task that comes back in a new lease still finds its draft. */
export const drafts = {
  read: (name: string) => within<Draft | undefined>(DRAFTS, "readonly", (store) => store.get(name)),
  write: (name: string, draft: Draft) => within(DRAFTS, "readwrite", (store) => store.put(draft, name)),
  forget: (name: string) => within(DRAFTS, "readwrite", (store) => store.delete(name)),
};

/** What the drawing engine needs to go on after a reload, undo included. */
export const logs = {
  read: async (name: string) =>
    (await within<{ log: Log; at: number } | undefined>(DRAFTS, "readonly", (store) => store.get(`log:${name}`)))?.log,
  write: (name: string, log: Log) => within(DRAFTS, "readwrite", (store) => store.put({ log, at: Date.now() }, `log:${name}`)),
};

export type Outgoing = { assignmentId: string; taskId: string; answers: unknown; activeSeconds: number };

/** Submissions that wait out their moment of undo: who closes the tab meanwhile has submitted all the same. */
export const outbox = {
  all: () => within<Outgoing[]>(OUTBOX, "readonly", (store) => store.getAll()),
  put: (item: Outgoing) => within(OUTBOX, "readwrite", (store) => store.put(item, item.assignmentId)),
  take: (assignmentId: string) => within(OUTBOX, "readwrite", (store) => store.delete(assignmentId)),
};

export async function forgetOldDrafts(): Promise<void> {
  const store = (await database()).transaction(DRAFTS, "readwrite").objectStore(DRAFTS);
  const request = store.openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return;
    if ((cursor.value as Draft).at < Date.now() - KEPT_MS) cursor.delete();
    cursor.continue();
  };
}
