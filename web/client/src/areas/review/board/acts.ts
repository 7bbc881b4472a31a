import type { Client } from "@urql/core";
import { mutate } from "@/api/mutate";
import { OFFLINE, type Problem } from "@/api/problem";
import { claimed, decided, find, released } from "./board";
import { CLAIM, DECIDE, RELEASE } from "./documents";
import { cardIn, type Ruling, type ShownCard } from "./intents";
import { select, setBoard, setIntent, useBoard } from "./store";

/** So long a decision can be taken back. */
export const UNDO_MS = 4_000;
const AGAIN_MS = 3_000;
/** What the server lets one moderator hold. */
export const MOST_CLAIMED = 20;

export type Tell = {
  /** A race for a card was lost; the message names who won. */
  lost: (problem: Problem) => void;
  refused: (problem: Problem, key: string) => void;
};

/** What moderators do, shown at once and sent in the background. A decision waits a little, so that it can be undone. */
export class Acts {
  readonly #client: Client;
  readonly #tell: Tell;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

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
    this.#timers.set(
      key,
      setTimeout(() => void this.#send(key), Math.max(0, until - Date.now())),
    );
  }

  /** Takes back the latest decision that was not sent yet; false where there is none. */
  undo(key = this.undoable.at(-1)): boolean {
    if (!key || !this.undoable.includes(key)) return false;
    this.#drop(key);
    select(key);
    return true;
  }

  get undoable(): string[] {
    const { intents } = useBoard.getState();
    return [...intents].flatMap(([key, intent]) => (intent.kind === "decide" && !intent.isSent ? [key] : []));
  }

  /** Sends what waits: the page is left. */
  flush(): void {
    for (const key of [...this.#timers.keys()]) void this.#send(key);
  }

  #drop(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
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

  async #send(key: string): Promise<void> {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const { intents, columns, board } = useBoard.getState();
    const intent = intents.get(key);
    const reviewId = cardIn(columns, key)?.reviewId ?? (board && find(board, key)?.reviewId);
    if (intent?.kind !== "decide" || !reviewId) return;
    setIntent(key, { ...intent, isSent: true });
    const { decision, reasons, comment } = intent.ruling;
    const variables = { reviewId, decision, reasons: [...reasons], comment: comment.trim() || null };
    const { payload, problem } = await mutate(this.#client, DECIDE, variables, {
      fetchOptions: { credentials: "same-origin", keepalive: true },
    });
    // The same decision again gives the first verdict, so it can be sent until it is heard.
    if (problem?.code === OFFLINE) {
      setIntent(key, { ...intent, isSent: false });
      this.#timers.set(
        key,
        setTimeout(() => void this.#send(key), AGAIN_MS),
      );
      return;
    }
    const { board: now, filter } = useBoard.getState();
    if (payload?.verdict && now) setBoard(decided(now, payload.verdict.annotation, reviewId, filter).board);
    setIntent(key, null);
    if (problem) this.#tell.refused(problem, key);
  }
}
