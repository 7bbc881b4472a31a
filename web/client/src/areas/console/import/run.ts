import type { Client } from "@urql/core";
import { create } from "zustand";
import { graphql } from "@/api/graphql";
import { mutate } from "@/api/mutate";
import { OFFLINE, type Problem, type UserError } from "@/api/problem";
import { filesOf, type Plan } from "./gather";
import { begun, hashOf, uploads } from "./ledger";
import type { PlannedItem, Trouble } from "./plan";
import { FileRefused, pause, send } from "./send";

const IMPORT = graphql(`
  mutation ImportItems($projectId: ID!, $items: [ItemInput!]!) {
    importItems(projectId: $projectId, items: $items) { imported existing errors { code message path } }
  }
`);

/** At once; more would only wait for each other. */
const UPLOADS_AT_ONCE = 4;
/** What the server takes in one call, and what a call from a browser may weigh, with room for what is around it. */
const MOST_ITEMS = 1_000;
const MOST_BYTES = 600_000;
/** So that items with pictures show up as they come, and not only at the end. */
const MOST_FILES = 60;
const AGAIN_MS = 4_000;
const PASSING = new Set([OFFLINE, "RATE_LIMITED", "INTERNAL"]);

export type RunState = {
  phase: "running" | "paused" | "done" | "stopped";
  items: number;
  sent: number;
  imported: number;
  existing: number;
  files: number;
  uploaded: number;
  /** Of them, those that had been sent before. */
  reused: number;
  troubles: Trouble[];
  /** The server or the connection asks for patience until then. */
  waitsUntil: number | null;
  problem: Problem | null;
};

/** The imports of this page by project: they go on while one looks at something else. */
export const useRuns = create<Record<string, RunState>>(() => ({}));

const running = new Map<string, Run>();
type ItemInput = ReturnType<typeof graphql.scalar<"ItemInput">>;

export function startRun(client: Client, projectId: string, owner: string, plan: Plan): void {
  const run = new Run(client, projectId, owner, plan);
  running.set(projectId, run);
  void run.go();
}

export function pauseRun(projectId: string): void {
  running.get(projectId)?.pause();
}

export function resumeRun(projectId: string): void {
  void running.get(projectId)?.go();
}

export async function forgetRun(projectId: string): Promise<void> {
  running.get(projectId)?.pause();
  running.delete(projectId);
  await begun.forget(projectId);
  useRuns.setState(({ [projectId]: _gone, ...rest }) => rest, true);
}

window.addEventListener("beforeunload", (event) => {
  if (Object.values(useRuns.getState()).some(({ phase }) => phase === "running")) event.preventDefault();
});

class Run {
  readonly #client: Client;
  readonly #projectId: string;
  readonly #owner: string;
  readonly #plan: Plan;
  readonly #ids = new Map<string, string>();
  readonly #hashes = new Map<string, string>();
  #next = 0;
  #stop = new AbortController();

  constructor(client: Client, projectId: string, owner: string, plan: Plan) {
    this.#client = client;
    this.#projectId = projectId;
    this.#owner = owner;
    this.#plan = plan;
    const fresh = { phase: "paused", sent: 0, imported: 0, existing: 0, uploaded: 0, reused: 0, waitsUntil: null, problem: null } as const;
    this.#set({ ...fresh, items: plan.items.length, files: plan.files.size, troubles: plan.troubles });
  }

  get #state(): RunState {
    return useRuns.getState()[this.#projectId]!;
  }

  #set(changed: Partial<RunState>): void {
    useRuns.setState((all) => ({ [this.#projectId]: { ...all[this.#projectId], ...changed } as RunState }));
  }

  pause(): void {
    this.#stop.abort(new Paused());
  }

  async go(): Promise<void> {
    if (this.#state.phase === "running") return;
    this.#stop = new AbortController();
    this.#set({ phase: "running", problem: null });
    try {
      while (this.#next < this.#plan.items.length) {
        const batch = this.#batch();
        const ready = await this.#uploaded(batch);
        await this.#import(ready);
        this.#next += batch.length;
        this.#set({ sent: this.#next });
        await begun.write(this.#projectId, { items: this.#plan.items.length, sent: this.#next, at: Date.now() });
      }
      await begun.forget(this.#projectId);
      this.#set({ phase: "done" });
    } catch (error) {
      if (error instanceof Paused) this.#set({ phase: "paused", waitsUntil: null });
      else if (error instanceof Stopped) this.#set({ phase: "stopped", problem: error.problem, waitsUntil: null });
      else throw error;
    }
  }

  /** The next items: as many as one call takes. */
  #batch(): PlannedItem[] {
    const batch: PlannedItem[] = [];
    let bytes = 0;
    let files = 0;
    for (const item of this.#plan.items.slice(this.#next, this.#next + MOST_ITEMS)) {
      bytes += new TextEncoder().encode(JSON.stringify([item.content, item.gold])).length + item.externalId.length;
      files += filesOf(item).length;
      if (batch.length > 0 && (bytes > MOST_BYTES || files > MOST_FILES)) break;
      batch.push(item);
    }
    return batch;
  }

  /** Those of the items whose files are all there. */
  async #uploaded(batch: readonly PlannedItem[]): Promise<PlannedItem[]> {
    const names = [...new Set(batch.flatMap(filesOf))].filter((name) => !this.#ids.has(name));
    const refused = new Map<string, string>();
    const work = async () => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) {
        try {
          await this.#upload(name);
        } catch (error) {
          if (!(error instanceof FileRefused)) throw error;
          refused.set(name, error.message);
        }
      }
    };
    await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, work));
    return batch.filter((item) => {
      const name = filesOf(item).find((each) => refused.has(each));
      if (name === undefined) return true;
      this.#tell({ ...item.source, code: "REFUSED", about: `${name}: ${refused.get(name)}` });
      return false;
    });
  }

  async #upload(name: string): Promise<void> {
    this.#stop.signal.throwIfAborted();
    const file = this.#plan.files.get(name)!;
    const hash = await hashOf(file);
    this.#hashes.set(name, hash);
    const before = await uploads.read(this.#owner, hash);
    const id = before ?? (await send(file, this.#stop.signal, (until) => this.#set({ waitsUntil: until })));
    if (!before) await uploads.write(this.#owner, hash, id);
    this.#ids.set(name, id);
    this.#set({ uploaded: this.#state.uploaded + 1, reused: this.#state.reused + (before ? 1 : 0) });
  }

  /** All of them, save those that the server finds something wrong with. */
  async #import(ready: readonly PlannedItem[]): Promise<void> {
    let rest = ready;
    while (rest.length > 0) {
      this.#stop.signal.throwIfAborted();
      const items = rest.map((item) => this.#input(item));
      const { payload, problem, errors } = await mutate(this.#client, IMPORT, { projectId: this.#projectId, items });
      if (payload) {
        this.#set({ imported: this.#state.imported + payload.imported, existing: this.#state.existing + payload.existing });
        return;
      }
      if (errors.length === 0 && PASSING.has(problem.code)) {
        await pause((problem.retryAfter ?? 0) * 1000 || AGAIN_MS, this.#stop.signal, (until) => this.#set({ waitsUntil: until }));
        continue;
      }
      const wrong = new Set(errors.filter(({ path }) => path[0] === "items" && path[1] !== undefined).map(({ path }) => Number(path[1])));
      if (wrong.size === 0) throw new Stopped(problem);
      for (const error of errors) await this.#told(error, rest);
      rest = rest.filter((_, index) => !wrong.has(index));
    }
  }

  async #told({ path, message, code }: UserError, items: readonly PlannedItem[]): Promise<void> {
    const item = items[Number(path[1])];
    if (!item) return;
    if (code === "NOT_FOUND" && path.at(-1) === "uploadId") {
      // It was sent to another installation, or long ago: the next import sends it anew.
      for (const name of filesOf(item)) await uploads.forget(this.#owner, this.#hashes.get(name) ?? "");
    }
    const place = path.slice(2).join(".");
    this.#tell({ ...item.source, code: "REFUSED", about: place ? `${place}: ${message}` : message });
  }

  #tell(trouble: Trouble): void {
    this.#set({ troubles: [...this.#state.troubles, trouble] });
  }

  #input({ externalId, content, gold }: PlannedItem): ItemInput {
    return {
      externalId,
      gold,
      content: content.map((block) => {
        if (block.kind === "text") return { text: { text: block.text, role: block.role } };
        const uploadId = this.#ids.get(block.file)!;
        return block.kind === "image" ? { image: { uploadId, alt: block.alt } } : { audio: { uploadId } };
      }),
    };
  }
}

class Paused extends Error {}

class Stopped extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
