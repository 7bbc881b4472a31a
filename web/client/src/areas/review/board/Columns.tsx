import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useFormat } from "@/ui/format";
import { classes } from "@/ui/words";
import { COLUMN_NAMES } from "../words";
import { COLUMNS, type Column } from "./board";
import { ColumnView } from "./ColumnView";
import { columnIn } from "./intents";
import { useBoard } from "./store";
import { useColumns } from "./transition";
import { useDesk } from "./useDesk";
import { useMore } from "./useMore";

/** The five columns; tabs on a phone. Beside an open card two stay wide, the others become narrow until they are asked for. */
export function Columns({ hasDetail }: { hasDetail: boolean }) {
  const columns = useColumns();
  const counts = useCounts();
  const isDesk = useDesk();
  const [more, reading] = useMore();
  const [tab, setTab] = useState<Column>("waiting");
  const [asked, setAsked] = useState<Column | null>(null);
  const selected = useBoard((state) => state.selected);
  const active = selected ? columnIn(columns, selected) : undefined;
  // Two at most, or their cards have no room for their names.
  const second = asked ?? (active === undefined || active === "waiting" ? "claimed" : active);
  const isWide = (column: Column) => !hasDetail || column === "waiting" || column === second;

  if (!isDesk) {
    return (
      <div className="flex min-h-0 w-full flex-col">
        <Tabs tab={tab} onTab={setTab} counts={counts} />
        <div className="flex min-h-0 grow flex-col [&>section]:grow">
          <ColumnView column={tab} cards={columns[tab]} count={counts[tab]} onMore={() => more(tab)} isMoreBusy={reading === tab} isAlone />
        </div>
      </div>
    );
  }
  return (
    <div
      className="grid min-h-0 min-w-0 grow"
      style={{ gridTemplateColumns: COLUMNS.map((column) => (isWide(column) ? "minmax(0, 1fr)" : "36px")).join(" ") }}
    >
      {COLUMNS.map((column) =>
        isWide(column) ? (
          <ColumnView
            key={column}
            column={column}
            cards={columns[column]}
            count={counts[column]}
            onMore={() => more(column)}
            isMoreBusy={reading === column}
            isAlone={false}
          />
        ) : (
          <Narrow key={column} column={column} count={counts[column]} onOpen={() => setAsked(column)} />
        ),
      )}
    </div>
  );
}

type Counted = Record<Column, number | null>;

/** As the server counts, and as one's own moves change it before the server has heard; filtered, nobody counts. */
function useCounts(): Counted {
  const board = useBoard((state) => state.board);
  const columns = useBoard((state) => state.columns);
  const { projectId, kind, order } = useBoard((state) => state.filter);
  if (!board || projectId || kind) return { waiting: null, claimed: null, approved: null, rejected: null, appeals: null };
  const moved = (column: Column) => columns[column].length - board.columns[column].length;
  return {
    waiting: (order ? board.counts.waiting : board.counts.forPeople) + moved("waiting"),
    claimed: board.counts.claimed + moved("claimed"),
    approved: null,
    rejected: null,
    appeals: board.counts.appeals,
  };
}

/** A column that makes room for a card: its name upright, one press from being wide again. */
function Narrow({ column, count, onOpen }: { column: Column; count: number | null; onOpen: () => void }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const name = i18n._(COLUMN_NAMES[column]);
  return (
    <button
      type="button"
      onClick={onOpen}
      title={t`Show ${name}`}
      className="flex min-h-0 flex-col items-center gap-2 border-line border-r bg-ground py-3 text-muted -outline-offset-2 hover:bg-line/60 hover:text-ink"
    >
      {Boolean(count) && <span className="rounded-full bg-line px-1.5 font-medium text-11 text-ink">{format.number(count ?? 0)}</span>}
      <span className="font-semibold text-12 [writing-mode:vertical-rl]">{name}</span>
    </button>
  );
}

function Tabs({ tab, onTab, counts }: { tab: Column; onTab: (column: Column) => void; counts: Counted }): ReactNode {
  const { t, i18n } = useLingui();
  const format = useFormat();
  return (
    <nav aria-label={t`Columns`} className="flex shrink-0 overflow-x-auto border-line border-b bg-surface px-2">
      {COLUMNS.map((column) => (
        <button
          key={column}
          type="button"
          aria-pressed={column === tab}
          onClick={() => onTab(column)}
          className={classes(
            "flex min-h-11 shrink-0 items-center gap-1.5 border-b-2 px-3 font-medium text-13",
            column === tab ? "border-accent text-ink" : "border-transparent text-muted",
          )}
        >
          {i18n._(COLUMN_NAMES[column])}
          {Boolean(counts[column]) && (
            <span className="rounded-full bg-line px-1.5 text-11 text-ink">{format.number(counts[column] ?? 0)}</span>
          )}
        </button>
      ))}
    </nav>
  );
}
