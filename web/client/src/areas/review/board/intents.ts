/** What the moderator has done and the server has not said yes to: drawn over the board, and taken away again when it says no. */

import type { Scalar } from "@/api/graphql";
import type { Board, Card, Column } from "./board";
import { find } from "./board";

export type Ruling = { decision: "APPROVED" | "REJECTED"; reasons: readonly Scalar<"RejectionReason">[]; comment: string };
export type Intent =
  | { kind: "claim" }
  | { kind: "release" }
  /** Sent when the time to undo it is over. */
  | { kind: "decide"; ruling: Ruling; isSent: boolean };
/** By the card's key, in the order in which they were meant. */
export type Intents = ReadonlyMap<string, Intent>;

export type ShownCard = Card & { isMine: boolean; intent: Intent | null };
export type Shown = Record<Column, readonly ShownCard[]>;

export function shown(board: Board, intents: Intents): Shown {
  const columns = {} as Record<Column, ShownCard[]>;
  for (const column of Object.keys(board.columns) as Column[]) {
    columns[column] = board.columns[column].flatMap((card) => {
      const intent = intents.get(card.key) ?? null;
      return intent && target(intent) !== column ? [] : [dressed(card, intent, board.me)];
    });
  }
  for (const [key, intent] of intents) {
    const column = target(intent);
    const card = find(board, key);
    if (!card || columns[column].some((each) => each.key === key)) continue;
    const meant = dressed(card, intent, board.me);
    columns[column] = intent.kind === "claim" ? [...columns[column], meant] : [meant, ...columns[column]];
  }
  // One's own first: they are what the keys go through.
  columns.claimed.sort((a, b) => Number(b.isMine) - Number(a.isMine));
  return columns;
}

function target(intent: Intent): Column {
  if (intent.kind === "claim") return "claimed";
  if (intent.kind === "release") return "waiting";
  return intent.ruling.decision === "APPROVED" ? "approved" : "rejected";
}

function dressed(card: Card, intent: Intent | null, me: string | null): ShownCard {
  const isMine = intent ? intent.kind === "claim" : card.holder !== null && card.holder.id === me;
  return { ...card, isMine, intent };
}

/** What J and K go through: within a column, but from one's own on into those that wait. */
export function queue(columns: Shown, column: Column): readonly ShownCard[] {
  if (column !== "waiting" && column !== "claimed") return columns[column];
  return [...columns.claimed, ...columns.waiting];
}

/** What is still to judge, in the order in which it comes: one's own, then what waits. */
export function toJudge(columns: Shown): readonly ShownCard[] {
  return [...columns.claimed.filter(({ isMine }) => isMine), ...columns.waiting];
}

/** With the card itself what can be decided with it: what waits or is the viewer's of the same annotator, project and reason. */
export function alike(columns: Shown, card: ShownCard, most: number): readonly ShownCard[] {
  const { annotator, project } = card.work;
  const mine = columns.claimed.filter(({ isMine, intent }) => isMine && !intent);
  const all = [...mine, ...columns.waiting].filter(
    ({ key, work, doubt }) =>
      key !== card.key && work.annotator?.id === annotator?.id && work.project.id === project.id && doubt?.reason === card.doubt?.reason,
  );
  if (!annotator) return [card];
  // What the viewer holds besides counts too.
  const free = most - mine.filter(({ key }) => key !== card.key && !all.some((each) => each.key === key)).length;
  return [card, ...all].slice(0, Math.max(1, free));
}

export function columnIn(columns: Shown, key: string): Column | undefined {
  return (Object.keys(columns) as Column[]).find((column) => columns[column].some((card) => card.key === key));
}

export function cardIn(columns: Shown, key: string): ShownCard | undefined {
  for (const cards of Object.values(columns)) {
    const card = cards.find((each) => each.key === key);
    if (card) return card;
  }
}
