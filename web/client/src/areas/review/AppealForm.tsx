import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { AreaField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { classes } from "@/ui/words";

export type Outcome = "OVERTURNED" | "UPHELD";

type Appeal = { message: string; openedAt: string; dueAt: string; decidedAt?: string | null };

/** What the annotator says, and by when it has to be decided. */
export function Objection({ appeal: { message, openedAt, dueAt, decidedAt } }: { appeal: Appeal }) {
  const format = useFormat();
  return (
    <>
      <blockquote className="whitespace-pre-wrap break-words border-accent border-l-2 pl-3 text-13">{message}</blockquote>
      <p className="mt-2 text-12 text-muted">
        {decidedAt ? (
          <Trans>
            Opened {format.time(openedAt)}, decided {format.time(decidedAt)}
          </Trans>
        ) : (
          <Trans>
            Opened {format.time(openedAt)}, due {format.ago(dueAt)} ({format.time(dueAt)})
          </Trans>
        )}
      </p>
    </>
  );
}

type Props = {
  names: Record<Outcome, ReactNode>;
  /** Tells the caller itself what was done; what kept it from being done is shown here. */
  decide: (outcome: Outcome, comment: string) => Promise<Problem | undefined>;
  className?: string;
};

/** Decides an appeal, always with a word to the annotator. */
export function AppealForm({ names, decide, className }: Props) {
  const { t } = useLingui();
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState<Outcome>();
  const [problem, setProblem] = useState<Problem>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { value } = (event.nativeEvent as SubmitEvent).submitter as HTMLButtonElement;
    const outcome: Outcome = value === "OVERTURNED" ? "OVERTURNED" : "UPHELD";
    setBusy(outcome);
    const problem = await decide(outcome, comment);
    setBusy(undefined);
    setProblem(problem);
  };
  return (
    <form onSubmit={submit} className={classes("grid gap-3", className)}>
      {problem && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
      <AreaField
        label={t`What you tell the annotator`}
        rows={2}
        required
        maxLength={2_000}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
      <div className="grid grid-cols-2 gap-2 desk:flex desk:justify-end">
        <Button type="submit" size="small" value="UPHELD" isBusy={busy === "UPHELD"} disabled={Boolean(busy)}>
          {names.UPHELD}
        </Button>
        <Button type="submit" size="small" kind="primary" value="OVERTURNED" isBusy={busy === "OVERTURNED"} disabled={Boolean(busy)}>
          {names.OVERTURNED}
        </Button>
      </div>
    </form>
  );
}
