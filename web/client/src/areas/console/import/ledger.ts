/** What an import has got done, on this device: after a reload nothing is sent a second time. */

const NAME = "tidemark-imports";
const UPLOADS = "uploads";
const RUNS = "runs";

/** An import that was begun in a project and has not come to its end. */
export type Begun = { items: number; sent: number; at: number };

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(UPLOADS);
      request.result.createObjectStore(RUNS);
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

/** Ids of uploads by their owner and the hash of the file. */
export const uploads = {
  read: (owner: string, hash: string) => within<string | undefined>(UPLOADS, "readonly", (store) => store.get(`${owner} ${hash}`)),
  write: (owner: string, hash: string, id: string) => within(UPLOADS, "readwrite", (store) => store.put(id, `${owner} ${hash}`)),
  forget: (owner: string, hash: string) => within(UPLOADS, "readwrite", (store) => store.delete(`${owner} ${hash}`)),
};

export const begun = {
  read: (projectId: string) => within<Begun | undefined>(RUNS, "readonly", (store) => store.get(projectId)),
  write: (projectId: string, run: Begun) => within(RUNS, "readwrite", (store) => store.put(run, projectId)),
  forget: (projectId: string) => within(RUNS, "readwrite", (store) => store.delete(projectId)),
};

/** The file's SHA-256; where the browser has none to offer (a page without https), what it says of the file. */
export async function hashOf(file: File): Promise<string> {
  if (!crypto.subtle) return `${file.name} ${file.size} ${file.lastModified}`;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
