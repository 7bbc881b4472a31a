import { Trans, useLingui } from "@lingui/react/macro";
import { Keyboard, ScanSearch } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useClient } from "urql";
import { Button, ButtonLink, IconButton } from "@/ui/Button";
import { useTitle } from "@/ui/Page";
import { Failed, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { DetailPane } from "../detail/DetailPane";
import { Acts } from "./acts";
import "./board.css";
import { Columns } from "./Columns";
import { watchClock } from "./clock";
import { Faces } from "./Faces";
import { Filters } from "./Filters";
import { cardIn, columnIn, queue, toJudge } from "./intents";
import { KeysHelp } from "./KeysHelp";
import { useReviewKeys } from "./keys";
import { mark, select, useBoard } from "./store";
import { useAddress } from "./useAddress";
import { useBoardStream } from "./useBoardStream";

const SOME = 10;

/** The board of moderators: what waits, who holds what, what was decided, and the card that is looked at. */
export function BoardPage() {
  const { t } = useLingui();
  useTitle(t`Review board`);
  const client = useClient();
  const again = useBoardStream();
  useAddress();
  const hasBoard = useBoard((state) => state.board !== null);
  useEffect(watchClock, []);
  useEffect(() => {
    // The drawing engine, while the first card is not open yet.
    if (hasBoard) void import("../detail/Stage");
  }, [hasBoard]);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const problem = useBoard((state) => state.problem);
  const marked = useBoard((state) => state.marked);
  const moderators = useBoard((state) => state.board?.moderators);
  const card = useBoard((state) => (state.selected ? cardIn(state.columns, state.selected) : undefined));

  const acts = useMemo(
    () =>
      new Acts(client, {
        lost: (problem) => toast({ tone: "bad", title: t`Somebody was faster`, detail: <ProblemText problem={problem} /> }),
        refused: (problem, key) =>
          toast({
            tone: "bad",
            title: t`That did not work`,
            detail: <ProblemText problem={problem} />,
            action: (
              <Button size="small" onClick={() => select(key)}>
                <Trans>Show the card</Trans>
              </Button>
            ),
          }),
      }),
    [client, t],
  );
  useEffect(() => {
    const leave = () => acts.flush();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [acts]);

  const claim = () => {
    const { columns, marked, selected } = useBoard.getState();
    const chosen = columns.waiting.filter(({ key }) => (marked.size > 0 ? marked.has(key) : key === selected));
    const cards = chosen.length > 0 ? chosen : selected ? [] : columns.waiting.slice(0, 1);
    mark([]);
    if (cards.length === 0) return;
    if (!selected || marked.size > 0) go(cards[0]?.key);
    void acts.claim(cards);
  };

  useReviewKeys({
    next: () => step(1),
    previous: () => step(-1),
    markNext: () => markOn(1),
    markPrevious: () => markOn(-1),
    claim,
    undo: () => acts.undo(),
    help: () => setHelpOpen(true),
  });

  return (
    <div className="flex h-[calc(100dvh-105px-env(safe-area-inset-bottom)-env(safe-area-inset-top))] min-h-0 flex-col desk:h-dvh">
      <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-line border-b bg-surface px-4 py-2 desk:min-h-14">
        <div className="desk:flex desk:items-baseline desk:gap-x-4">
          <h1 className="text-16">
            <Trans>Review board</Trans>
          </h1>
          <Decided />
        </div>
        <div className="ml-auto max-desk:-mr-2">{moderators && <Faces people={moderators} />}</div>
        {/* On a phone above the filters, which take a line of their own. */}
        <div className="flex items-center gap-2 desk:order-last">
          {marked.size > 0 ? (
            <Button size="small" kind="primary" onClick={claim}>
              <Trans>Claim {marked.size} marked</Trans>
            </Button>
          ) : (
            <Button size="small" onClick={() => void acts.claimNext(SOME)}>
              <Trans>Claim {SOME}</Trans>
            </Button>
          )}
          <ButtonLink to="/review/board/second-look" search={{}} size="small" title={t`Automatic verdicts, to look at again`}>
            <ScanSearch className="size-4" aria-hidden />
            <span className="max-desk:sr-only">
              <Trans>Second look</Trans>
            </span>
          </ButtonLink>
          <IconButton label={t`Keys (?)`} onClick={() => setHelpOpen(true)} className="!hidden desk:!inline-flex">
            <Keyboard className="size-4" aria-hidden />
          </IconButton>
        </div>
        <div className="-mx-2 flex w-[calc(100%+16px)] items-center gap-1 desk:mx-0 desk:w-auto desk:gap-2">
          <Filters beforeChange={() => acts.flush()} />
        </div>
      </header>
      {problem && !hasBoard ? (
        <Failed problem={problem} retry={again} />
      ) : (
        <div className="flex min-h-0 grow">
          <Columns hasDetail={card !== undefined} />
          {card && (
            <div className="min-h-0 min-w-0 shrink-0 desk:flex desk:w-[62%] desk:[&>section]:grow">
              <DetailPane card={card} acts={acts} />
            </div>
          )}
        </div>
      )}
      <KeysHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

function Decided() {
  const today = useBoard((state) => state.board?.counts.decidedToday);
  if (today === undefined) return null;
  return (
    <p className="text-12 text-muted desk:text-13">
      <Trans>
        <span className="font-semibold text-ink">{today}</span> decided today
      </Trans>
    </p>
  );
}

/** Selects a card and brings it and the focus into view. */
function go(key: string | undefined): void {
  if (!key) return;
  select(key);
  const isOnBoard = document.activeElement === document.body || document.activeElement?.closest("[data-card]");
  const element = document.querySelector<HTMLElement>(`[data-open="${CSS.escape(key)}"]`);
  element?.scrollIntoView({ block: "nearest" });
  if (isOnBoard) element?.focus({ preventScroll: true });
}

function step(by: 1 | -1): string | undefined {
  const { columns, selected } = useBoard.getState();
  const column = selected ? columnIn(columns, selected) : undefined;
  const cards = column ? queue(columns, column) : toJudge(columns);
  const at = cards.findIndex(({ key }) => key === selected);
  const next = at < 0 ? cards[0] : cards[at + by];
  go(next?.key);
  return next?.key;
}

function markOn(by: 1 | -1): void {
  const { selected, marked, columns } = useBoard.getState();
  const next = step(by);
  const waiting = new Set(columns.waiting.map(({ key }) => key));
  mark([...marked, ...[selected, next].filter((key): key is string => typeof key === "string" && waiting.has(key))]);
}
