import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Check, ChevronLeft, ScanSearch, X } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { KINDS } from "@/areas/work/kinds";
import { ReasonList } from "@/areas/work/reasons";
import { Button, IconButton } from "@/ui/Button";
import { input } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { useTitle } from "@/ui/Page";
import { Empty, Failed, ProblemText, Rows } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { classes } from "@/ui/words";
import { useReviewKeys } from "../board/keys";
import { useDesk } from "../board/useDesk";
import { Hint } from "../detail/Bar";
import type { LookedAt } from "../detail/documents";
import { Item } from "../detail/Item";
import { Part } from "../detail/Side";
import { More } from "../More";
import { Scroll } from "../Scroll";
import { usePages } from "../usePages";
import { SAMPLE, SAMPLES, type Sample } from "./documents";
import { useLooks } from "./useLooks";

const route = getRouteApi("/signed-in/review/board/second-look");
const LONGEST_COMMENT = 2_000;

/** What the judge decided by itself, for a moderator to decide once more: so its own errors are known, and put right. */
export function SecondLookPage() {
  const { t } = useLingui();
  useTitle(t`Second look`);
  const navigate = useNavigate();
  const isDesk = useDesk();
  const { sample: shownId } = route.useSearch();
  const pages = usePages(SAMPLES, {}, ({ reviewBoard }) => reviewBoard.audits);
  const { looks, take, undo } = useLooks({
    onDecided: ({ verdict: { decision } }, { agrees }) => {
      if (agrees) toast({ id: "look", tone: "good", title: t`The judge was right` });
      else
        toast({
          id: "look",
          tone: "plain",
          title: t`The judge was wrong`,
          detail: decision === "REJECTED" ? t`It is approved and paid.` : t`What was paid stays paid.`,
        });
    },
    onRefused: (problem, { id }) => {
      show(id);
      toast({ tone: "bad", title: t`That did not work`, detail: <ProblemText problem={problem} /> });
    },
  });
  const waiting = pages.nodes?.filter(({ id }) => !looks.has(id)) ?? [];
  const shown = waiting.find(({ id }) => id === shownId) ?? (isDesk ? waiting[0] : undefined);
  const show = (id: string | undefined) =>
    void navigate({
      to: "/review/board/second-look",
      search: { sample: id },
      replace: isDesk || !id,
      resetScroll: false,
      viewTransition: false,
    });
  const step = (by: 1 | -1) => {
    const next = waiting[waiting.findIndex(({ id }) => id === shown?.id) + by];
    if (next) show(next.id);
  };
  const back = () => {
    const sample = undo();
    if (sample) show(sample.id);
  };
  useReviewKeys({ next: () => step(1), previous: () => step(-1), undo: back, close: () => show(undefined) });

  const decide = (sample: Sample, agrees: boolean, comment: string) => {
    const at = waiting.findIndex(({ id }) => id === sample.id);
    take(sample, { agrees, comment });
    show((waiting[at + 1] ?? waiting[at - 1])?.id);
    toast({
      id: "look",
      tone: "plain",
      title: t`Noted, and sent in a moment`,
      action: (
        <Button size="small" onClick={back}>
          <Trans>Undo</Trans>
        </Button>
      ),
    });
  };

  return (
    <div className="flex h-[calc(100dvh-105px-env(safe-area-inset-bottom)-env(safe-area-inset-top))] min-h-0 flex-col desk:h-dvh">
      <header className="flex shrink-0 flex-wrap items-center gap-x-4 border-line border-b bg-surface px-4 py-2 desk:min-h-14">
        <h1 className="text-16">
          <Trans>Second look</Trans>
        </h1>
        <p className="text-13 text-muted max-desk:hidden">
          <Trans>A few of the verdicts that were given automatically. Decide as if you were the first.</Trans>
        </p>
        <Link to="/review/board" search={{}} className="ml-auto inline-flex min-h-11 items-center text-13 text-accent desk:min-h-8">
          <Trans>Review board</Trans>
        </Link>
      </header>
      <div className="flex min-h-0 grow">
        <Scroll
          aria-label={t`Verdicts to look at again`}
          className="min-h-0 w-full shrink-0 overflow-y-auto border-line desk:w-72 desk:border-r"
        >
          {pages.problem && !pages.nodes && <Failed problem={pages.problem} retry={pages.again} />}
          {!pages.nodes && !pages.problem && (
            <div className="p-3">
              <Rows count={8} className="h-8" />
            </div>
          )}
          {pages.nodes && waiting.length === 0 && (
            <Empty icon={<ScanSearch aria-hidden />} title={<Trans>Nothing waits for a second look</Trans>}>
              <Trans>A small share of what the judge decides by itself appears here.</Trans>
            </Empty>
          )}
          <ul>
            {waiting.map((sample) => (
              <Line key={sample.id} sample={sample} isShown={sample.id === shown?.id} onOpen={() => show(sample.id)} />
            ))}
          </ul>
          <More pages={pages} />
        </Scroll>
        {shown && (
          <Opened
            key={shown.id}
            sample={shown}
            onClose={() => show(undefined)}
            onDecide={(agrees, comment) => decide(shown, agrees, comment)}
          />
        )}
      </div>
    </div>
  );
}

function Line({ sample: { annotation, drawnAt }, isShown, onOpen }: { sample: Sample; isShown: boolean; onOpen: () => void }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const { icon: Icon, label } = KINDS[annotation.project.kind];
  return (
    <li className="border-line border-b">
      <button
        type="button"
        onClick={onOpen}
        aria-current={isShown || undefined}
        className={classes(
          "flex min-h-13 w-full items-center gap-2 px-3 text-left -outline-offset-2 desk:min-h-9",
          isShown ? "bg-soft shadow-[inset_2px_0_var(--accent)]" : "bg-surface hover:bg-ground",
        )}
      >
        <Icon className="size-4 shrink-0 text-muted" role="img" aria-label={i18n._(label)} />
        <span className="min-w-0 grow truncate font-medium text-13">{annotation.item.externalId ?? annotation.project.title}</span>
        <time dateTime={drawnAt} className="shrink-0 text-12 text-muted">
          {format.ago(drawnAt)}
        </time>
      </button>
    </li>
  );
}

type OpenedProps = { sample: Sample; onClose: () => void; onDecide: (agrees: boolean, comment: string) => void };

function Opened({ sample: { id, verdict }, onClose, onDecide }: OpenedProps) {
  const { t } = useLingui();
  const [comment, setComment] = useState("");
  const [{ data, error }, again] = useQuery({ query: SAMPLE, variables: { id } });
  const annotation = data?.node?.__typename === "AuditSample" && data.node.id === id ? data.node.annotation : undefined;
  const decide = (decision: "APPROVED" | "REJECTED") => annotation && onDecide(decision === verdict.decision, comment);
  useReviewKeys({ approve: () => decide("APPROVED"), reject: () => decide("REJECTED") });
  return (
    <section
      aria-label={t`Card`}
      className="fixed inset-0 z-30 flex min-h-0 min-w-0 grow flex-col overflow-y-auto bg-ground desk:static desk:z-auto desk:overflow-hidden"
    >
      <header className="sticky top-0 z-10 flex min-h-12 shrink-0 items-center gap-2 border-line border-b bg-surface pt-[env(safe-area-inset-top)] pr-4 pl-1 desk:min-h-10 desk:pl-4">
        <IconButton label={t`Back to the list`} onClick={onClose} className="desk:!hidden">
          <ChevronLeft className="size-5" aria-hidden />
        </IconButton>
        <h2 className="min-w-0 truncate text-14">{annotation?.item.externalId ?? annotation?.project.title}</h2>
        <span className="min-w-0 truncate text-13 text-muted">{annotation?.project.title}</span>
      </header>
      {error && !annotation && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
      {!annotation && !error && (
        <div className="grow p-4">
          <Rows count={2} className="h-40" />
        </div>
      )}
      {annotation && (
        <Item
          detail={{ annotation, others: [], appeal: null, seen: null, conflicts: annotation.verdict?.conflicts ?? [] }}
          head={<Judged annotation={annotation} />}
        />
      )}
      <div className="sticky bottom-0 z-10 grid shrink-0 gap-2 border-line border-t bg-surface px-3 py-2 pb-[calc(8px+env(safe-area-inset-bottom))] desk:flex desk:items-center">
        <input
          type="text"
          aria-label={t`A word on it (optional)`}
          placeholder={t`A word on it (optional)`}
          value={comment}
          maxLength={LONGEST_COMMENT}
          onChange={(event) => setComment(event.target.value)}
          className={classes(input, "desk:min-h-8 desk:w-auto desk:grow desk:text-13")}
        />
        <div className="grid grid-cols-2 gap-2 desk:flex">
          <Button kind="danger" size="small" disabled={!annotation} onClick={() => decide("REJECTED")}>
            <X className="size-4" aria-hidden />
            <Trans>Reject</Trans>
            <Hint>X</Hint>
          </Button>
          <Button kind="primary" size="small" disabled={!annotation} onClick={() => decide("APPROVED")} className="desk:min-w-28">
            <Check className="size-4" aria-hidden />
            <Trans>Approve</Trans>
            <Hint>A</Hint>
          </Button>
        </div>
      </div>
    </section>
  );
}

type Looked = Omit<LookedAt, "project"> & { project: LookedAt["project"] & { judging: { audited: number; wrong: number } | null } };

/** What the judge decided and on what ground, and how often it was wrong in this project. */
function Judged({ annotation: { verdict, project } }: { annotation: Looked }) {
  const format = useFormat();
  const { audited = 0, wrong = 0 } = project.judging ?? {};
  return (
    <Part title={<Trans>The judge's verdict</Trans>}>
      {verdict && (
        <p className="text-13">
          <span className={verdict.decision === "REJECTED" ? "font-medium text-bad" : "font-medium text-good"}>
            {verdict.decision === "REJECTED" ? <Trans>Rejected</Trans> : <Trans>Approved</Trans>}
          </span>
          {verdict.reasons.length > 0 && (
            <>
              {": "}
              <ReasonList reasons={verdict.reasons} />
            </>
          )}
          <span className="text-muted">
            {" · "}
            {verdict.basis === "GOLD" ? <Trans>by a known answer</Trans> : <Trans>by agreement with others</Trans>}
          </span>
        </p>
      )}
      <p className="mt-1 text-12 text-muted">
        {audited === 0 ? (
          <Trans>Nobody has looked at this project's verdicts again yet.</Trans>
        ) : (
          <Trans>
            In this project it was wrong in {format.share(wrong / audited)} of{" "}
            <Plural value={audited} one="# second look." other="# second looks." />
          </Trans>
        )}
      </p>
    </Part>
  );
}
