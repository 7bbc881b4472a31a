/** The board as it is known here: what the server told, and what its events change of it. Pure. */

import type { Scalar } from "@/api/graphql";
import type { BoardEvent, Counts, Objection, Present, Snapshot, Waiting, Work } from "./documents";

export const COLUMNS = ["waiting", "claimed", "approved", "rejected", "appeals"] as const;
export type Column = (typeof COLUMNS)[number];

export type Card = {
  /** The annotation's id; in Appeals, the appeal's. */
  key: string;
  work: Work;
  /** Null for what was decided before this page came. */
  reviewId: string | null;
  holder: Present | null;
  expiresAt: string | null;
  appeal: Objection | null;
  /** What the judge made of it; null for what it has not seen. */
  doubt: Doubt | null;
  /** Whether the judge has still to look at it. */
  isForJudge: boolean;
};

export type Doubt = { reason: Scalar<"ReviewReason">; risk: number; suggestion: Scalar<"Decision"> | null };

export type Page = { endCursor: string | null; hasNextPage: boolean };
/** Without an order: what needs people, riskiest first. */
export type Filter = { projectId?: string; kind?: Scalar<"TaskKind">; order?: "OLDEST" };

export type Board = {
  columns: Record<Column, readonly Card[]>;
  pages: Record<Column, Page>;
  counts: Counts;
  moderators: readonly Present[];
  /** The viewer's id as moderators see each other; null until something was held. */
  me: string | null;
};

/** What an event did: the columns that got a card that they had not. */
export type Told = { board: Board; arrived: readonly Column[] };

export function boardOf({ counts, moderators, mine, waiting, claimed, approved, rejected, appeals }: Snapshot, filter: Filter): Board {
  const held = [...mine, ...claimed.edges.map(({ node }) => node)];
  return {
    columns: {
      waiting: waiting.edges.map(({ node }) => reviewCard(node)),
      claimed: unique(held.map(reviewCard)).filter((card) => fits(card, filter)),
      approved: approved.edges.map(({ node }) => workCard(node)).filter((card) => fits(card, filter)),
      rejected: rejected.edges.map(({ node }) => workCard(node)).filter((card) => fits(card, filter)),
      appeals: appeals.edges.flatMap(({ node }) => appealCard(node)).filter((card) => fits(card, filter)),
    },
    pages: {
      waiting: waiting.pageInfo,
      claimed: claimed.pageInfo,
      approved: approved.pageInfo,
      rejected: rejected.pageInfo,
      appeals: appeals.pageInfo,
    },
    counts,
    moderators,
    me: mine[0]?.claimedBy?.id ?? null,
  };
}

/** Events tell what is so when they are delivered, so one that is late or doubled does no harm. */
export function told(board: Board, event: BoardEvent, filter: Filter): Told {
  const counted = { ...board, counts: event.counts };
  switch (event.__typename) {
    case "ReviewQueued":
    case "ReviewClaimed":
    case "ReviewReleased":
      return placed(counted, columnOf(event.review), reviewCard(event.review), filter);
    case "ReviewDecided":
      return decided(counted, event.verdict.annotation, event.reviewId, filter);
    case "AppealOpened":
    case "AppealClosed":
      return objected(counted, event.appeal, filter);
    case "PresenceChanged":
      return { board: { ...counted, moderators: event.moderators }, arrived: [] };
    default:
      return { board: counted, arrived: [] };
  }
}

export function claimed(board: Board, reviews: readonly Waiting[], filter: Filter): Board {
  const me = reviews[0]?.claimedBy?.id ?? board.me;
  return reviews.reduce((before, review) => placed(before, columnOf(review), reviewCard(review), filter).board, { ...board, me });
}

export function released(board: Board, key: string, filter: Filter): Board {
  const card = find(board, key);
  return card ? placed(board, "waiting", { ...card, holder: null, expiresAt: null }, filter).board : board;
}

export function decided(board: Board, work: Work, reviewId: string | null, filter: Filter): Told {
  const column = work.state === "REJECTED" ? "rejected" : work.state === "APPROVED" ? "approved" : "claimed";
  return placed(board, column, { ...workCard(work), reviewId }, filter);
}

export function objected(board: Board, appeal: Objection, filter: Filter): Told {
  const [card] = appealCard(appeal);
  if (!card) return { board, arrived: [] };
  if (appeal.state === "OPEN") return placed(board, "appeals", card, filter);
  const without = { ...board, columns: { ...board.columns, appeals: board.columns.appeals.filter(({ key }) => key !== card.key) } };
  return decided(without, card.work, null, filter);
}

export function lengthened(board: Board, column: Column, cards: readonly Card[], page: Page, filter: Filter): Board {
  const more = cards.filter((card) => column === "waiting" || fits(card, filter));
  const columns = { ...board.columns, [column]: unique([...board.columns[column], ...more]) };
  return { ...board, columns, pages: { ...board.pages, [column]: page } };
}

export function reviewCard(review: Waiting): Card {
  const { id, annotation, claimedBy, claimExpiresAt, reason, risk, suggestion, judgeAt } = review;
  const doubt = reason ? { reason, risk, suggestion } : null;
  return { ...workCard(annotation), reviewId: id, holder: claimedBy, expiresAt: claimExpiresAt, doubt, isForJudge: Boolean(judgeAt) };
}

export function workCard(work: Work): Card {
  return { key: work.id, work, reviewId: null, holder: null, expiresAt: null, appeal: null, doubt: null, isForJudge: false };
}

/** Appeals against a restriction concern no annotation and are not judged on this board. */
export function appealCard(appeal: Objection): Card[] {
  return appeal.annotation ? [{ ...workCard(appeal.annotation), key: appeal.id, appeal }] : [];
}

export function find(board: Board, key: string): Card | undefined {
  for (const column of COLUMNS) {
    const card = board.columns[column].find((each) => each.key === key);
    if (card) return card;
  }
}

function columnOf(review: Waiting): Column {
  if (review.annotation.state !== "IN_REVIEW") return review.annotation.state === "REJECTED" ? "rejected" : "approved";
  return review.claimedBy ? "claimed" : "waiting";
}

/** Takes a card out of wherever it is and puts it where it belongs. */
export function placed(board: Board, column: Column, card: Card, filter: Filter): Told {
  const wasThere = board.columns[column].some(({ key }) => key === card.key);
  const columns = Object.fromEntries(
    COLUMNS.map((each) => [each, board.columns[each].filter(({ key }) => key !== card.key)]),
  ) as unknown as Board["columns"];
  const isLeftToJudge = column === "waiting" && card.isForJudge && !filter.order;
  if (!fits(card, filter) || isLeftToJudge) return { board: { ...board, columns }, arrived: [] };
  columns[column] =
    wasThere && column !== "waiting"
      ? replaced(board.columns[column], card)
      : inserted(columns[column], column, card, board.pages[column], filter);
  return { board: { ...board, columns }, arrived: wasThere ? [] : [column] };
}

function replaced(cards: readonly Card[], card: Card): readonly Card[] {
  return cards.map((each) => (each.key === card.key ? card : each));
}

function inserted(cards: readonly Card[], column: Column, card: Card, page: Page, filter: Filter): readonly Card[] {
  if (column === "approved" || column === "rejected") return [card, ...cards];
  if (column === "claimed") return [...cards, card];
  // Riskiest, oldest, or first due first: what belongs after the last one that was read comes with its page.
  const at = cards.findIndex((each) => rank(each, filter) > rank(card, filter));
  if (at >= 0) return cards.toSpliced(at, 0, card);
  return page.hasNextPage ? cards : [...cards, card];
}

/** What is surely wrong comes as if it had waited for a day longer; about as the server has it. */
const RISKIEST_MS = 24 * 3_600_000;

function rank({ appeal, work, doubt }: Card, { order }: Filter): number {
  const earlier = order ? 0 : (doubt?.risk ?? 0) * RISKIEST_MS;
  return Date.parse(appeal?.dueAt ?? work.submittedAt) - earlier;
}

function fits({ work }: Card, { projectId, kind }: Filter): boolean {
  return (!projectId || work.project.id === projectId) && (!kind || work.project.kind === kind);
}

function unique(cards: readonly Card[]): Card[] {
  return [...new Map(cards.map((card) => [card.key, card])).values()];
}
