import { Trans, useLingui } from "@lingui/react/macro";
import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Withdrawal } from "@/api/withdrawal";
import { useFormat } from "@/ui/format";
import { classes } from "@/ui/words";
import type { State } from "./words";

const WAY: readonly State[] = ["REQUESTED", "PROCESSING", "SENT", "CONFIRMED"];

/** The way of a withdrawal: what is done with its time, where it is, what is to come. */
export function Steps({ withdrawal }: { withdrawal: Withdrawal }) {
  const { t } = useLingui();
  const { state, timeline } = withdrawal;
  const isOver = state === "CANCELLED" || state === "FAILED";
  // What it went through for good: a batch that was let go took it back to its beginning.
  const reached = isOver ? timeline.filter((step) => step.state !== state && WAY.includes(step.state)).at(-1)?.state : state;
  const way = isOver ? [...WAY.slice(0, WAY.indexOf(reached ?? "REQUESTED") + 1), state] : WAY;
  return (
    <ol aria-label={t`Steps`} className="grid">
      {way.map((step, index) => {
        const at = timeline.findLast((each) => each.state === step)?.at;
        const position = way.indexOf(state);
        const kind = index < position || state === "CONFIRMED" ? "done" : index === position ? "current" : "coming";
        return (
          <Step key={step} step={step} kind={kind} at={kind === "coming" ? undefined : at} isLast={index === way.length - 1}>
            {step === state && <Now withdrawal={withdrawal} />}
          </Step>
        );
      })}
    </ol>
  );
}

type StepProps = { step: State; kind: "done" | "current" | "coming"; at: string | undefined; isLast: boolean; children: ReactNode };

function Step({ step, kind, at, isLast, children }: StepProps) {
  const { t } = useLingui();
  const format = useFormat();
  const names: Record<State, string> = {
    REQUESTED: t`Requested`,
    PROCESSING: t`In a batch`,
    SENT: t`Sent`,
    CONFIRMED: t`Confirmed`,
    CANCELLED: t`Cancelled`,
    FAILED: t`Failed`,
  };
  const isBad = step === "FAILED" || step === "CANCELLED";
  return (
    <li aria-current={kind === "current" ? "step" : undefined} className="flex gap-3">
      <span className="flex w-6 shrink-0 flex-col items-center" aria-hidden>
        <span
          className={classes(
            "grid size-6 shrink-0 place-items-center rounded-full border-2 transition-colors duration-220",
            kind === "done" && "border-good bg-good text-surface",
            kind === "current" && (isBad ? "border-bad text-bad" : "border-accent"),
            kind === "coming" && "border-line",
          )}
        >
          {kind === "done" && <Check className="size-3.5" strokeWidth={3} />}
          {kind === "current" &&
            (isBad ? <X className="size-3.5" strokeWidth={3} /> : <span className="size-2.5 rounded-full bg-accent" />)}
        </span>
        {!isLast && <span className={classes("my-1 min-h-4 w-0.5 grow", kind === "done" ? "bg-good" : "bg-line")} />}
      </span>
      <div className={classes("grid min-w-0 grow content-start gap-1 pb-4", kind === "coming" && "text-muted")}>
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium leading-6">{names[step]}</span>
          {at && (
            <time dateTime={at} className="text-12 text-muted">
              {format.time(at)}
            </time>
          )}
        </p>
        {children}
      </div>
    </li>
  );
}

/** What there is to say of the step where it is. */
function Now({ withdrawal }: { withdrawal: Withdrawal }) {
  const { t } = useLingui();
  const { state, confirmations, confirmationsNeeded, reason } = withdrawal;
  if (state === "SENT") {
    const seen = Math.min(confirmations ?? 0, confirmationsNeeded);
    return (
      <div className="grid gap-1.5">
        <p className="text-13">
          <Trans>
            {seen} of {confirmationsNeeded} confirmations
          </Trans>
        </p>
        <div
          role="progressbar"
          aria-label={t`Confirmations`}
          aria-valuenow={seen}
          aria-valuemin={0}
          aria-valuemax={confirmationsNeeded}
          className="h-1.5 overflow-hidden rounded-full bg-line"
        >
          <div
            className="h-full rounded-full bg-accent transition-[width] duration-220"
            style={{ width: `${(100 * seen) / confirmationsNeeded}%` }}
          />
        </div>
      </div>
    );
  }
  const words: Partial<Record<State, ReactNode>> = {
    PROCESSING: <Trans>Coins and rate are fixed; it is about to be sent.</Trans>,
    CONFIRMED: <Trans>Final. The coins are yours.</Trans>,
    CANCELLED: <Trans>The amount is back in your balance.</Trans>,
    FAILED: reason && (
      <>
        {reason} <Trans>The amount is back in your balance.</Trans>
      </>
    ),
  };
  return words[state] ? <p className="text-13 text-muted">{words[state]}</p> : null;
}
