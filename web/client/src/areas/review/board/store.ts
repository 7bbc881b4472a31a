import { create } from "zustand";
import type { Problem } from "@/api/problem";
import type { Board, Column, Filter } from "./board";
import { type Intent, type Intents, type Shown, shown } from "./intents";

type State = {
  filter: Filter;
  /** Null until it was read. */
  board: Board | null;
  problem: Problem | null;
  intents: Intents;
  /** What is seen: the board with the intents drawn over it. */
  columns: Shown;
  selected: string | null;
  /** Waiting cards that are to be claimed together. */
  marked: ReadonlySet<string>;
  /** How many cards came to a column since its edge was last in view. */
  news: Record<Column, number>;
};

export const NO_NEWS: Record<Column, number> = { waiting: 0, claimed: 0, approved: 0, rejected: 0, appeals: 0 };
const NOTHING: Shown = { waiting: [], claimed: [], approved: [], rejected: [], appeals: [] };

/** The one board of a page. It outlives a visit to another page, so that coming back shows it at once. */
export const useBoard = create<State>(() => ({
  filter: {},
  board: null,
  problem: null,
  intents: new Map(),
  columns: NOTHING,
  selected: null,
  marked: new Set(),
  news: NO_NEWS,
}));

export function setBoard(board: Board, arrived: readonly Column[] = []): void {
  useBoard.setState(({ intents, news, marked }) => {
    const columns = shown(board, intents);
    const waiting = new Set(columns.waiting.map(({ key }) => key));
    const kept = new Set([...marked].filter((key) => waiting.has(key)));
    return { board, problem: null, columns, marked: kept, news: arrived.length ? more(news, arrived) : news };
  });
}

export function setIntent(key: string, intent: Intent | null): void {
  useBoard.setState(({ board, intents }) => {
    const changed = new Map(intents);
    if (intent) changed.set(key, intent);
    else changed.delete(key);
    return { intents: changed, columns: board ? shown(board, changed) : NOTHING };
  });
}

export function select(key: string | null): void {
  useBoard.setState({ selected: key });
}

export function mark(keys: Iterable<string>): void {
  useBoard.setState({ marked: new Set(keys) });
}

export function toggleMark(key: string): void {
  useBoard.setState(({ marked }) => {
    const changed = new Set(marked);
    if (!changed.delete(key)) changed.add(key);
    return { marked: changed };
  });
}

export function seen(column: Column): void {
  useBoard.setState(({ news }) => (news[column] ? { news: { ...news, [column]: 0 } } : {}));
}

/** Another person's board, or one through another filter: nothing of it holds. */
export function forget(filter: Filter): void {
  useBoard.setState({ filter, board: null, problem: null, intents: new Map(), columns: NOTHING, marked: new Set(), news: NO_NEWS });
}

function more(news: Record<Column, number>, arrived: readonly Column[]): Record<Column, number> {
  return Object.fromEntries(
    Object.entries(news).map(([column, count]) => [column, count + Number(arrived.includes(column as Column))]),
  ) as typeof news;
}
