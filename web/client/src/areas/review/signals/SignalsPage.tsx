import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronDown, Fingerprint } from "lucide-react";
import { Suspense, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { AreaField } from "@/ui/Field";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { later } from "@/ui/later";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Notice, ProblemText, Rows } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { classes } from "@/ui/words";
import { Figures, StatusBadge } from "../detail/Figures";
import { More } from "../More";
import type { Person } from "../people/documents";
import { PeopleTabs } from "../people/PeopleTabs";
import { PersonSheet } from "../people/PersonSheet";
import { usePages } from "../usePages";
import { FRAUD_KINDS } from "../words";
import { DISMISS, SIGNALS, type Signal } from "./documents";

// The drawing engine comes with the first evidence that is looked at.
const Evidence = later(() => import("./Evidence"), "Evidence");

/** What looks like fraud, with its evidence. It stops nobody by itself: people look, and then dismiss it or decide about the person. */
export function SignalsPage() {
  const { t } = useLingui();
  const [isDismissed, setDismissed] = useState(false);
  const pages = usePages(SIGNALS, { dismissed: isDismissed }, ({ fraudSignals }) => fraudSignals);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [changed, setChanged] = useState<ReadonlyMap<string, Person>>(new Map());
  const [personId, setPersonId] = useState<string>();
  const [asked, setAsked] = useState<Signal>();
  const signals = pages.nodes
    ?.filter(({ id }) => isDismissed || !gone.has(id))
    .map((signal) => ({ ...signal, annotators: signal.annotators.map((each) => changed.get(each.id) ?? each) }));
  const person = signals?.flatMap(({ annotators }) => annotators).find(({ id }) => id === personId);
  return (
    <Page
      title={t`Signals of fraud`}
      lead={<Trans>They stop nobody by themselves. Look at the evidence, then decide.</Trans>}
      aside={
        <Filters<"open" | "dismissed">
          label={t`Show`}
          options={[
            ["open", t`Waiting`],
            ["dismissed", t`Dismissed`],
          ]}
          chosen={isDismissed ? "dismissed" : "open"}
          onChoose={(key) => setDismissed(key === "dismissed")}
        />
      }
    >
      <PeopleTabs />
      {pages.problem && !signals && <Failed problem={pages.problem} retry={pages.again} />}
      {!signals && !pages.problem && <Rows count={3} className="h-32" />}
      {signals?.length === 0 && (
        <Card>
          <Empty
            icon={<Fingerprint aria-hidden />}
            title={isDismissed ? <Trans>None was dismissed</Trans> : <Trans>Nothing looks like fraud</Trans>}
          >
            <Trans>Same answers, addresses or devices, impossible speed and one answer to everything appear here.</Trans>
          </Empty>
        </Card>
      )}
      <ul className="grid gap-4">
        {signals?.map((signal) => (
          <li key={signal.id}>
            <OneSignal signal={signal} onPerson={setPersonId} onDismiss={() => setAsked(signal)} />
          </li>
        ))}
      </ul>
      {signals && signals.length > 0 && <More pages={pages} />}
      <PersonSheet
        person={person}
        onClose={() => setPersonId(undefined)}
        onChanged={(each) => setChanged((before) => new Map(before).set(each.id, each))}
      />
      {asked && (
        <Dismiss
          signal={asked}
          onClose={() => setAsked(undefined)}
          onDone={() => {
            setGone((before) => new Set([...before, asked.id]));
            setAsked(undefined);
          }}
        />
      )}
    </Page>
  );
}

type OneProps = { signal: Signal; onPerson: (id: string) => void; onDismiss: () => void };

function OneSignal({ signal, onPerson, onDismiss }: OneProps) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { id, kind, words, at, annotators, reason, dismissedAt, dismissedBy } = signal;
  const { icon: Icon, label, hasAnswers } = FRAUD_KINDS[kind];
  const title = i18n._(label);
  return (
    <Card className="overflow-hidden">
      <div className="grid gap-4 p-4">
        <div className="flex items-start gap-3">
          <span className="grid size-10 shrink-0 place-items-center rounded-8 bg-bad/10 text-bad">
            <Icon className="size-5" aria-hidden />
          </span>
          <div className="grid min-w-0 grow gap-0.5">
            <h2 className="text-16">{title}</h2>
            <p className="break-words text-13">{words}</p>
          </div>
          <time dateTime={at} title={format.time(at)} className="shrink-0 text-12 text-muted">
            {format.ago(at)}
          </time>
        </div>
        <ul className="grid gap-2 desk:grid-cols-2">
          {annotators.map((person) => (
            <li key={person.id} className="grid gap-2 rounded-8 border border-line p-3">
              <p className="flex items-center gap-2">
                <button
                  type="button"
                  onClick={() => onPerson(person.id)}
                  className="min-h-11 truncate font-medium text-13 text-accent underline-offset-2 hover:underline desk:min-h-0"
                >
                  {person.displayName}
                </button>
                <StatusBadge status={person.standing.status} />
              </p>
              <Figures standing={person.standing} />
            </li>
          ))}
        </ul>
        {dismissedAt ? (
          <p className="border-line border-l-2 pl-3 text-13 text-muted">
            <Trans>
              Dismissed by {dismissedBy?.displayName}, {format.time(dismissedAt)}:
            </Trans>{" "}
            {reason}
          </p>
        ) : (
          <div className="flex flex-wrap gap-2">
            {annotators.map(({ id: personId, displayName }) => (
              <Button key={personId} size="small" kind="danger" onClick={() => onPerson(personId)}>
                <Trans>Decide about {displayName}</Trans>
              </Button>
            ))}
            <Button size="small" onClick={onDismiss}>
              <Trans>Dismiss the signal</Trans>
            </Button>
          </div>
        )}
      </div>
      {hasAnswers && (
        <div className="border-line border-t">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={isOpen ? t`Hide the evidence: ${title}` : t`Show the evidence: ${title}`}
            onClick={() => setOpen(!isOpen)}
            className="flex min-h-11 w-full items-center gap-1 px-4 font-medium text-13 -outline-offset-2 hover:bg-ground desk:min-h-9"
          >
            <ChevronDown className={classes("size-4 text-muted transition-transform duration-120", isOpen && "rotate-180")} aria-hidden />
            {isOpen ? <Trans>Hide the evidence</Trans> : <Trans>Show the evidence</Trans>}
          </button>
          {isOpen && (
            <div className="px-4 pb-4">
              <Suspense fallback={<Rows count={1} className="h-60" />}>
                <Evidence id={id} />
              </Suspense>
            </div>
          )}
        </div>
      )}
    </Card>
  );
}

function Dismiss({ signal, onClose, onDone }: { signal: Signal; onClose: () => void; onDone: () => void }) {
  const { t, i18n } = useLingui();
  const mutate = useMutate();
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const dismiss = async () => {
    setBusy(true);
    const { payload, problem, errors } = await mutate(DISMISS, { id: signal.id, reason });
    setBusy(false);
    setErrors(errors);
    setProblem(errorAt(errors, "reason") ? undefined : problem);
    if (!payload) return;
    toast({ tone: "good", title: t`Dismissed` });
    onDone();
  };
  return (
    <Dialog isOpen onClose={onClose} title={t`Dismiss: ${i18n._(FRAUD_KINDS[signal.kind].label)}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void dismiss();
        }}
        className="grid gap-4"
      >
        <p className="text-13 text-muted">
          <Trans>It is no fraud, or what was to be done is done. It comes back only where more people are in it.</Trans>
        </p>
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <AreaField
          label={t`Reason`}
          hint={t`Goes on record.`}
          required
          maxLength={1_000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          error={errorAt(errors, "reason")}
        />
        <Button type="submit" kind="primary" isBusy={isBusy}>
          <Trans>Dismiss it</Trans>
        </Button>
      </form>
    </Dialog>
  );
}
