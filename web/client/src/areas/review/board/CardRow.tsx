import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Check, X } from "lucide-react";
import { memo } from "react";
import type { Scalar } from "@/api/graphql";
import { KINDS } from "@/areas/work/kinds";
import { REASONS } from "@/areas/work/reasons";
import { countdown, useFormat } from "@/ui/format";
import { classes } from "@/ui/words";
import { DOUBTS } from "../words";
import type { Column } from "./board";
import { useMinute, useNow } from "./clock";
import { Face } from "./Faces";
import type { ShownCard } from "./intents";
import { select, toggleMark } from "./store";

type Props = { card: ShownCard; column: Column; isSelected: boolean; isMarked: boolean };

/** One line of a column: what it is, whose project, and what counts in that column. 32 px on a desk, a finger's width on a phone. */
export const CardRow = memo(function CardRow({ card, column, isSelected, isMarked }: Props) {
  const { t, i18n } = useLingui();
  const { label, icon: Icon } = KINDS[card.work.project.kind];
  const name = card.work.item.externalId ?? card.work.project.title;
  return (
    <li
      data-card={card.key}
      className={classes(
        "group flex items-stretch border-line border-b",
        isSelected ? "bg-soft shadow-[inset_2px_0_var(--accent)]" : "bg-surface hover:bg-ground",
        card.intent && "opacity-75",
      )}
    >
      {column === "waiting" && (
        <label
          className={classes(
            "grid w-11 shrink-0 place-items-center desk:w-7",
            isMarked ? "" : "desk:opacity-40 desk:group-hover:opacity-100 desk:has-focus-visible:opacity-100",
          )}
        >
          <input
            type="checkbox"
            checked={isMarked}
            onChange={() => toggleMark(card.key)}
            aria-label={t`Mark ${name}`}
            className="size-4.5 accent-accent desk:size-3.5"
          />
        </label>
      )}
      <button
        type="button"
        data-open={card.key}
        aria-current={isSelected || undefined}
        onClick={() => select(card.key)}
        className={classes(
          "flex min-h-13 min-w-0 grow items-center gap-2 py-1 pr-3 text-left -outline-offset-2 desk:min-h-8 desk:pr-2",
          column === "waiting" ? "pl-0" : "pl-3 desk:pl-2",
        )}
      >
        <Icon className="size-4 shrink-0 text-muted" role="img" aria-label={i18n._(label)} />
        <span className="grid min-w-0 grow desk:flex desk:items-baseline desk:gap-2">
          <span className="truncate font-medium text-13 desk:max-w-full desk:@min-[14rem]:max-w-[70%] desk:shrink-0">{name}</span>
          <span className="truncate text-12 text-muted desk:hidden desk:grow desk:@min-[14rem]:block">
            {card.doubt && column === "waiting" ? i18n._(DOUBTS[card.doubt.reason]) : card.work.project.title}
          </span>
        </span>
        {column === "waiting" && card.doubt?.suggestion && <Suggested decision={card.doubt.suggestion} />}
        <Fact card={card} column={column} />
      </button>
    </li>
  );
});

/** What the judge would decide, by a sign and a word for who cannot see it. */
function Suggested({ decision }: { decision: Scalar<"Decision"> }) {
  const { t } = useLingui();
  const isGood = decision === "APPROVED";
  const words = isGood ? t`The judge would approve it` : t`The judge would reject it`;
  const Sign = isGood ? Check : X;
  return (
    <span title={words} className={classes("shrink-0", isGood ? "text-good" : "text-bad")}>
      <Sign className="size-3.5" role="img" aria-label={words} />
    </span>
  );
}

function Fact({ card, column }: { card: ShownCard; column: Column }) {
  const { i18n } = useLingui();
  if (column === "claimed") return <Held card={card} />;
  if (column === "appeals" && card.appeal) return <Due at={card.appeal.dueAt} />;
  if (card.intent?.kind === "decide") {
    return <span className="shrink-0 text-11 text-muted">{card.intent.isSent ? <Trans>Sending</Trans> : <Trans>U: undo</Trans>}</span>;
  }
  const [reason] = card.work.verdict?.reasons ?? [];
  if (column === "rejected" && reason)
    return <span className="max-w-28 shrink-0 truncate text-12 text-bad">{i18n._(REASONS[reason])}</span>;
  return <Age iso={card.work.verdict?.decidedAt ?? card.work.submittedAt} />;
}

function Age({ iso }: { iso: string }) {
  const minute = useMinute();
  const minutes = Math.max(0, minute - Math.floor(Date.parse(iso) / 60_000));
  return (
    <time dateTime={iso} className="shrink-0 text-12 text-muted">
      {minutes < 1 ? (
        <Trans>now</Trans>
      ) : minutes < 60 ? (
        <Trans>{minutes} min</Trans>
      ) : minutes < 1_440 ? (
        <Trans>{Math.floor(minutes / 60)} h</Trans>
      ) : (
        <Trans>{Math.floor(minutes / 1_440)} d</Trans>
      )}
    </time>
  );
}

const SOON_SECONDS = 60;

/** Who holds it and for how long. */
function Held({ card }: { card: ShownCard }) {
  const now = useNow();
  const left = card.expiresAt ? (Date.parse(card.expiresAt) - now) / 1_000 : null;
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      {left !== null && (
        <span className={classes("text-12", left < SOON_SECONDS ? "font-medium text-warning" : "text-muted")}>{countdown(left)}</span>
      )}
      {card.isMine && (
        <span className="rounded-6 bg-accent px-1.5 font-medium text-11 text-on-accent">
          <Trans>You</Trans>
        </span>
      )}
      {card.holder && !card.isMine && <Face person={card.holder} isSmall />}
    </span>
  );
}

function Due({ at }: { at: string }) {
  const format = useFormat();
  const minute = useMinute();
  const hours = Math.floor((Date.parse(at) / 60_000 - minute) / 60);
  return (
    <time
      dateTime={at}
      title={format.time(at)}
      className={classes("shrink-0 text-12", hours < 0 ? "font-medium text-bad" : hours < 24 ? "text-warning" : "text-muted")}
    >
      {hours < 0 ? (
        <Trans>overdue</Trans>
      ) : hours < 48 ? (
        <Plural value={hours} one="# h left" other="# h left" />
      ) : (
        <Trans>{Math.floor(hours / 24)} d left</Trans>
      )}
    </time>
  );
}
