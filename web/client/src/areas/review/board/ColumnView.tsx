import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ChevronDown, ChevronUp } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useRef } from "react";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Loading, Skeleton } from "@/ui/States";
import { classes } from "@/ui/words";
import { Scroll } from "../Scroll";
import { COLUMN_NAMES } from "../words";
import type { Column } from "./board";
import { CardRow } from "./CardRow";
import type { ShownCard } from "./intents";
import { seen, useBoard } from "./store";

type Props = {
  column: Column;
  cards: readonly ShownCard[];
  /** Null where nobody counts them. */
  count: number | null;
  onMore: () => Promise<void>;
  isMoreBusy: boolean;
  isAlone: boolean;
  head?: ReactNode;
};

/** New cards come at the end of what waits and of the held, and on top of what is decided. */
const GROWS_DOWN: ReadonlySet<Column> = new Set(["waiting", "claimed", "appeals"]);
const EDGE = 24;

export function ColumnView({ column, cards, count, onMore, isMoreBusy, isAlone, head }: Props) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const list = useRef<HTMLElement>(null);
  const selected = useBoard((state) => state.selected);
  const marked = useBoard((state) => state.marked);
  const news = useBoard((state) => state.news[column]);
  const isRead = useBoard((state) => state.board !== null);
  const hasMore = useBoard((state) => state.board?.pages[column].hasNextPage ?? false);
  const growsDown = GROWS_DOWN.has(column);
  const look = useCallback(() => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = list.current ?? {};
    const isAtEdge = growsDown ? scrollTop + clientHeight >= scrollHeight - EDGE : scrollTop <= EDGE;
    if (isAtEdge || scrollHeight <= clientHeight) seen(column);
  }, [column, growsDown]);
  useEffect(() => {
    if (news) look();
  }, [news, look]);
  const jump = () => list.current?.scrollTo({ top: growsDown ? list.current.scrollHeight : 0, behavior: "smooth" });
  const name = i18n._(COLUMN_NAMES[column]);
  const Chevron = growsDown ? ChevronDown : ChevronUp;

  return (
    <section
      aria-label={name}
      className={classes("@container relative flex min-h-0 min-w-0 flex-col border-line bg-ground", !isAlone && "border-r")}
    >
      {!isAlone && (
        <header className="flex h-10 shrink-0 items-center gap-2 border-line border-b px-3">
          <h2 className="truncate text-13">{name}</h2>
          {count !== null && <span className="rounded-full bg-line px-2 font-medium text-11 text-ink">{format.number(count)}</span>}
          <span className="ml-auto">{head}</span>
        </header>
      )}
      <Scroll ref={list} onScroll={look} aria-label={t`Cards: ${name}`} className="min-h-0 grow overflow-y-auto -outline-offset-2 pb-6">
        {!isRead && <ColumnSkeleton />}
        {isRead && cards.length === 0 && (
          <p className="px-3 py-6 text-center text-13 text-muted">
            <Nothing column={column} />
          </p>
        )}
        {cards.length > 0 && (
          <ul>
            {cards.map((card) => (
              <CardRow
                key={card.key}
                card={card}
                column={column}
                isSelected={card.key === selected}
                isMarked={column === "waiting" && marked.has(card.key)}
              />
            ))}
          </ul>
        )}
        {isRead && hasMore && (
          <div className="grid justify-items-center p-2">
            <Button kind="quiet" size="small" isBusy={isMoreBusy} onClick={onMore}>
              <Trans>Load more</Trans>
            </Button>
          </div>
        )}
      </Scroll>
      {news > 0 && (
        <button
          type="button"
          onClick={jump}
          className={classes(
            "absolute left-1/2 flex min-h-8 -translate-x-1/2 animate-rise items-center gap-1 rounded-full bg-accent px-3 font-medium text-12 text-on-accent shadow-float",
            growsDown ? "bottom-3" : isAlone ? "top-2" : "top-12",
          )}
        >
          <Chevron className="size-3.5" aria-hidden />
          <Plural value={news} one="# new" other="# new" />
        </button>
      )}
    </section>
  );
}

function Nothing({ column }: { column: Column }) {
  switch (column) {
    case "waiting":
      return <Trans>Nothing waits. What comes in appears here by itself.</Trans>;
    case "claimed":
      return <Trans>Nobody holds a card.</Trans>;
    case "approved":
      return <Trans>Nothing approved yet.</Trans>;
    case "rejected":
      return <Trans>Nothing rejected yet.</Trans>;
    case "appeals":
      return <Trans>No open appeals.</Trans>;
  }
}

function ColumnSkeleton() {
  return (
    <Loading>
      <div className="grid gap-px">
        {["a", "b", "c", "d", "e", "f"].map((row) => (
          <Skeleton key={row} className="mx-3 my-2 h-4" />
        ))}
      </div>
    </Loading>
  );
}
