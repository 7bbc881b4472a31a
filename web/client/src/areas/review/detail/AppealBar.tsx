import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { mutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { ReasonList } from "@/areas/work/reasons";
import { Button } from "@/ui/Button";
import { AreaField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { objected } from "../board/board";
import { DECIDE_APPEAL } from "../board/documents";
import { setBoard, useBoard } from "../board/store";
import type { AppealSides, LookedAt } from "./documents";
import { Part } from "./Side";

/** The verdict and what the annotator says against it, one above the other. */
export function BothSides({ appeal, verdict }: { appeal: AppealSides; verdict: LookedAt["verdict"] }) {
  const format = useFormat();
  return (
    <>
      {verdict && (
        <Part title={verdict.source === "APPEAL" ? <Trans>The verdict after the appeal</Trans> : <Trans>The first verdict</Trans>}>
          <p className="text-13">
            <span className={verdict.decision === "REJECTED" ? "font-medium text-bad" : "font-medium text-good"}>
              {verdict.decision === "REJECTED" ? <ReasonList reasons={verdict.reasons} /> : <Trans>Approved</Trans>}
            </span>
            <span className="text-muted"> · {format.time(verdict.decidedAt)}</span>
          </p>
          {verdict.comment && <blockquote className="mt-1.5 border-bad border-l-2 pl-3 text-13">{verdict.comment}</blockquote>}
        </Part>
      )}
      <Part title={<Trans>The annotator's objection</Trans>}>
        <blockquote className="whitespace-pre-wrap break-words border-accent border-l-2 pl-3 text-13">{appeal.message}</blockquote>
        <p className="mt-2 text-12 text-muted">
          {appeal.decidedAt ? (
            <Trans>
              Opened {format.time(appeal.openedAt)}, decided {format.time(appeal.decidedAt)}
            </Trans>
          ) : (
            <Trans>
              Opened {format.time(appeal.openedAt)}, due {format.ago(appeal.dueAt)} ({format.time(appeal.dueAt)})
            </Trans>
          )}
        </p>
        {appeal.comment && <p className="mt-2 text-13">{appeal.comment}</p>}
      </Part>
    </>
  );
}

/** Decides an appeal, always with a word to the annotator. */
export function AppealBar({ appealId, onDone }: { appealId: string; onDone: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState<"OVERTURNED" | "UPHELD">();
  const [problem, setProblem] = useState<Problem>();
  const decide = async (outcome: "OVERTURNED" | "UPHELD") => {
    setBusy(outcome);
    const { payload, problem } = await mutate(client, DECIDE_APPEAL, { appealId, outcome, comment });
    setBusy(undefined);
    setProblem(problem);
    if (!payload?.appeal) return;
    const { board, filter } = useBoard.getState();
    onDone();
    if (board) setBoard(objected(board, payload.appeal, filter).board);
    toast({ tone: "good", title: outcome === "OVERTURNED" ? t`Overturned: it is approved and paid` : t`Upheld: it stays rejected` });
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { value } = (event.nativeEvent as SubmitEvent).submitter as HTMLButtonElement;
    void decide(value === "OVERTURNED" ? "OVERTURNED" : "UPHELD");
  };
  return (
    <form onSubmit={submit} className="grid gap-3 border-line border-t bg-surface p-3 pb-[calc(12px+env(safe-area-inset-bottom))]">
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
          <Trans>Uphold the rejection</Trans>
        </Button>
        <Button type="submit" size="small" kind="primary" value="OVERTURNED" isBusy={busy === "OVERTURNED"} disabled={Boolean(busy)}>
          <Trans>Overturn and pay</Trans>
        </Button>
      </div>
    </form>
  );
}
