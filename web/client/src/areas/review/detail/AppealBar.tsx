import { Trans, useLingui } from "@lingui/react/macro";
import { useClient } from "urql";
import { mutate } from "@/api/mutate";
import { ReasonList } from "@/areas/work/reasons";
import { useFormat } from "@/ui/format";
import { toast } from "@/ui/toasts";
import { AppealForm, Objection, type Outcome } from "../AppealForm";
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
        <Objection appeal={appeal} />
        {appeal.comment && <p className="mt-2 text-13">{appeal.comment}</p>}
      </Part>
    </>
  );
}

/** Decides an appeal on the board. */
export function AppealBar({ appealId, onDone }: { appealId: string; onDone: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const decide = async (outcome: Outcome, comment: string) => {
    const { payload, problem } = await mutate(client, DECIDE_APPEAL, { appealId, outcome, comment });
    if (payload?.appeal) {
      const { board, filter } = useBoard.getState();
      onDone();
      if (board) setBoard(objected(board, payload.appeal, filter).board);
      toast({ tone: "good", title: outcome === "OVERTURNED" ? t`Overturned: it is approved and paid` : t`Upheld: it stays rejected` });
    }
    return problem;
  };
  return (
    <AppealForm
      decide={decide}
      names={{ UPHELD: <Trans>Uphold the rejection</Trans>, OVERTURNED: <Trans>Overturn and pay</Trans> }}
      className="border-line border-t bg-surface p-3 pb-[calc(12px+env(safe-area-inset-bottom))]"
    />
  );
}
