import { onDevice } from "@/api/device";
import type { Log } from "@/engine";
import type { Answers } from "./answers";

/** What is half done, on this device: it survives a closed tab, a lost connection and an ended session. */
export type Draft = { answers: Answers; version: number; at: number };

const KEPT_MS = 14 * 86_400_000;

const device = onDevice("tidemark", ["drafts", "outbox"]);

/** `name` is the assignment's or the task's id: a task that comes back in a new lease still finds its draft. */
export const drafts = {
  read: (name: string) => device.read<Draft | undefined>("drafts", (store) => store.get(name)),
  write: (name: string, draft: Draft) => device.write("drafts", (store) => store.put(draft, name)),
  forget: (name: string) => device.write("drafts", (store) => store.delete(name)),
};

/** What the drawing engine needs to go on after a reload, undo included. */
export const logs = {
  read: async (name: string) =>
    (await device.read<{ log: Log; at: number } | undefined>("drafts", (store) => store.get(`log:${name}`)))?.log,
  write: (name: string, log: Log) => device.write("drafts", (store) => store.put({ log, at: Date.now() }, `log:${name}`)),
};

export type Outgoing = { assignmentId: string; taskId: string; answers: unknown; activeSeconds: number };

/** Submissions that wait out their moment of undo: who closes the tab meanwhile has submitted all the same. */
export const outbox = {
  all: () => device.read<Outgoing[]>("outbox", (store) => store.getAll()),
  put: (item: Outgoing) => device.write("outbox", (store) => store.put(item, item.assignmentId)),
  take: (assignmentId: string) => device.write("outbox", (store) => store.delete(assignmentId)),
};

export async function forgetOldDrafts(): Promise<void> {
  await device.write("drafts", (store) => {
    const request = store.openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      if ((cursor.value as Draft).at < Date.now() - KEPT_MS) cursor.delete();
      cursor.continue();
    };
    // What is waited for is another request: a cursor that goes on has no result to read.
    return store.count();
  });
}
