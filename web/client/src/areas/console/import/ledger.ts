/** What an import has got done, on this device: after a reload nothing is sent a second time. */

import { onDevice } from "@/api/device";

/** An import that was begun in a project and has not come to its end. */
export type Begun = { items: number; sent: number; at: number };

const device = onDevice("tidemark-imports", ["uploads", "runs"]);

/** Ids of uploads by their owner and the hash of the file. */
export const uploads = {
  read: (owner: string, hash: string) => device.read<string | undefined>("uploads", (store) => store.get(`${owner} ${hash}`)),
  write: (owner: string, hash: string, id: string) => device.write("uploads", (store) => store.put(id, `${owner} ${hash}`)),
  forget: (owner: string, hash: string) => device.write("uploads", (store) => store.delete(`${owner} ${hash}`)),
};

export const begun = {
  read: (projectId: string) => device.read<Begun | undefined>("runs", (store) => store.get(projectId)),
  write: (projectId: string, run: Begun) => device.write("runs", (store) => store.put(run, projectId)),
  forget: (projectId: string) => device.write("runs", (store) => store.delete(projectId)),
};

/** The file's SHA-256; where the browser has none to offer (a page without https), what it says of the file. */
export async function hashOf(file: File): Promise<string> {
  if (!crypto.subtle) return `${file.name} ${file.size} ${file.lastModified}`;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
