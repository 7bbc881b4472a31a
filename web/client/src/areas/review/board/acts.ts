import type { Client } from "@urql/core";
import { mutate } from "@/api/mutate";
import { OFFLINE, type Problem } from "@/api/problem";
import { claimed, decided, find, released } from "./board";
import { CLAIM, DECIDE, DECIDE_TOGETHER, RELEASE, type Work } from "./documents";
import { cardIn, type Ruling, type ShownCard } from "./intents";
import { select, setBoard, setIntent, useBoard } from "./store";

/** So long a decision can be taken back. */
export const UNDO_MS = 4_000;
const AGAIN_MS = 3_000;
/** A decision is sent even when the page is left. */
const LASTING = { fetchOptions: { credentials: "same-origin", keepalive: true } } as const;
/** What the server lets one moderator hold. */
export const MOST_CLAIMED = 20;

export type Tell = {
  /** A race for a card was lost; the message names who won. */
  lost: (problem: Problem) => void;
  refused: (problem: Problem, key: string) => void;
};

/** Cards that one decision waits for; the timer sends it. */
type Batch = { keys: readonly string[]; timer: ReturnType<typeof setTimeout> };

/** What moderators do, shown at once and sent in the background. A decision waits a little, so that it can be undone. */
export class Acts {
  readonly #client: Client;
  readonly #tell: Tell;
  /** By each of their keys. */
  readonly #batches = new Map<string, Batch>();

  constructor(client: Client, tell: Tell) {
    this.#client = client;
    this.#tell = tell;
  }

  /** These cards, all or none. */
  async claim(cards: readonly ShownCard[]): Promise<boolean> {
    const free = cards.filter(({ reviewId, isMine, holder }) => reviewId && !isMine && !holder);
    if (free.length === 0) return cards.length > 0 && cards.every(({ isMine }) => isMine);
    for (const { key } of free) setIntent(key, { kind: "claim" });
    const isDone = await this.#claim({ reviewIds: free.flatMap(({ reviewId }) => reviewId ?? []) });
    for (const { key } of free) if (!isDone || useBoard.getState().intents.get(key)?.kind === "claim") this.#drop(key);
    return isDone;
  }

  /** The oldest that wait, so many as there are. */
  async claimNext(count: number): Promise<void> {
    const { filter, columns } = useBoard.getState();
    // The server can be asked for the next ones of a project, but not of a kind.
    if (filter.kind) await this.claim(columns.waiting.slice(0, count));
    else await this.#claim({ count, projectId: filter.projectId });
  }

  async release(card: ShownCard): Promise<void> {
    if (!card.reviewId) return;
    setIntent(card.key, { kind: "release" });
    const { problem } = await mutate(this.#client, RELEASE, { reviewId: card.reviewId });
    const { board, filter } = useBoard.getState();
    if (problem) this.#tell.refused(problem, card.key);
    else if (board) setBoard(released(board, card.key, filter));
    setIntent(card.key, null);
  }

  /** Who decides what nobody holds, claims it with that. */
  async decide(card: ShownCard, ruling: Ruling): Promise<void> {
    const { key } = card;
    setIntent(key, { kind: "decide", ruling, isSent: false });
    const until = Date.now() + UNDO_MS;
    if (!card.isMine && !(await this.#claim({ reviewIds: card.reviewId ? [card.reviewId] : [] }))) {
      setIntent(key, null);
      return;
    }
    if (useBoard.getState().intents.get(key)?.kind !== "decide") return;
    this.#wait([key], Math.max(0, until - Date.now()));
  }

  /** One decision for several of an annotator that the viewer holds: all of them or none. */
  decideTogether(cards: readonly ShownCard[], ruling: Ruling): void {
    const keys = cards.map(({ key }) => key);
    for (const key of keys) setIntent(key, { kind: "decide", ruling, isSent: false });
    this.#wait(keys, UNDO_MS);
  }

  /** Takes back the latest decision that was not sent yet, of all its cards; false where there is none. */
  undo(key = this.undoable.at(-1)): boolean {
    if (!key || !this.undoable.includes(key)) return false;
    for (const each of this.#batches.get(key)?.keys ?? [key]) this.#drop(each);
    select(key);
    return true;
  }

  get undoable(): string[] {
    const { intents } = useBoard.getState();
    return [...intents].flatMap(([key, intent]) => (intent.kind === "decide" && !intent.isSent ? [key] : []));
  }

  /** Sends what waits: the page is left. */
  flush(): void {
    for (const { keys } of new Set(this.#batches.values())) void this.#send(keys);
  }

  #wait(keys: readonly string[], milliseconds: number): void {
    const batch = { keys, timer: setTimeout(() => void this.#send(keys), milliseconds) };
    for (const key of keys) this.#batches.set(key, batch);
  }

  #forget(key: string): void {
    clearTimeout(this.#batches.get(key)?.timer);
    this.#batches.delete(key);
  }

  #drop(key: string): void {
    this.#forget(key);
    setIntent(key, null);
  }

  async #claim(wanted: { reviewIds?: string[]; count?: number; projectId?: string }): Promise<boolean> {
    const { payload, problem } = await mutate(this.#client, CLAIM, wanted);
    const { board, filter } = useBoard.getState();
    if (problem) {
      this.#tell.lost(problem);
      return false;
    }
    if (payload && board) setBoard(claimed(board, payload.reviews, filter));
    return true;
  }

  async #send(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#forget(key);
    const { intents, columns, board } = useBoard.getState();
    const reviews = new Map<string, string>();
    let ruling: Ruling | undefined;
    for (const key of keys) {
      const intent = intents.get(key);
      const reviewId = cardIn(columns, key)?.reviewId ?? (board && find(board, key)?.reviewId);
      if (intent?.kind !== "decide" || !reviewId) continue;
      reviews.set(key, reviewId);
      ruling = intent.ruling;
      setIntent(key, { ...intent, isSent: true });
    }
    if (!ruling) return;
    const { decided: works, problem } = await this.#decided([...reviews.values()], ruling);
    // The same decision again gives the first verdict, so it can be sent until it is heard.
    if (problem?.code === OFFLINE) {
      for (const key of reviews.keys()) setIntent(key, { kind: "decide", ruling, isSent: false });
      this.#wait([...reviews.keys()], AGAIN_MS);
      return;
    }
    for (const work of works) {
      const { board: now, filter } = useBoard.getState();
      if (now) setBoard(decided(now, work, reviews.get(work.id) ?? null, filter).board);
    }
    for (const key of reviews.keys()) setIntent(key, null);
    const [first] = reviews.keys();
    if (problem && first) this.#tell.refused(problem, first);
  }

  async #decided(ids: readonly string[], ruling: Ruling): Promise<{ decided: Work[]; problem?: Problem | undefined }> {
    const { decision, reasons, comment } = ruling;
    const [reviewId] = ids;
    const given = { decision, reasons: [...reasons], comment: comment.trim() || null };
    if (ids.length === 1 && reviewId) {
      const { payload, problem } = await mutate(this.#client, DECIDE, { reviewId, ...given }, LASTING);
      return { decided: payload?.verdict ? [payload.verdict.annotation] : [], problem };
    }
    const { payload, problem } = await mutate(this.#client, DECIDE_TOGETHER, { reviewIds: [...ids], ...given }, LASTING);
    return { decided: payload?.verdicts.map(({ annotation }) => annotation) ?? [], problem };
  }
}
