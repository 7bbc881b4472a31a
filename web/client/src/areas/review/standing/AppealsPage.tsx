import { Trans, useLingui } from "@lingui/react/macro";
import { Scale } from "lucide-react";
import { useState } from "react";
import { useMutate } from "@/api/mutate";
import { KINDS } from "@/areas/work/kinds";
import { Said } from "@/areas/work/standing/Said";
import { LADDER } from "@/areas/work/standing/words";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { AppealForm, Objection, type Outcome } from "../AppealForm";
import { Figures, StatusBadge } from "../detail/Figures";
import { More } from "../More";
import { PeopleTabs } from "../people/PeopleTabs";
import { usePages } from "../usePages";
import { DECIDE_STANDING_APPEAL, STANDING_APPEALS, type StandingAppeal } from "./documents";

/** What people say against a restriction, a suspension or a ban: both sides, and the figures that it rests on. */
export function AppealsPage() {
  const { t } = useLingui();
  const pages = usePages(STANDING_APPEALS, {}, ({ reviewBoard }) => reviewBoard.appeals);
  const [decided, setDecided] = useState<ReadonlySet<string>>(new Set());
  const appeals = pages.nodes?.filter(({ id, annotation }) => !annotation && !decided.has(id));
  return (
    <Page title={t`Appeals about standing`} lead={<Trans>Against a restriction, a suspension or a ban. First due first.</Trans>}>
      <PeopleTabs />
      {pages.problem && !appeals && <Failed problem={pages.problem} retry={pages.again} />}
      {!appeals && !pages.problem && <Rows count={2} className="h-48" />}
      {appeals?.length === 0 && !pages.hasMore && (
        <Card>
          <Empty icon={<Scale aria-hidden />} title={<Trans>No open appeals</Trans>}>
            <Trans>Appeals against the verdict on an annotation are on the board.</Trans>
          </Empty>
        </Card>
      )}
      <ul className="grid gap-4">
        {appeals?.map((appeal) => (
          <li key={appeal.id}>
            <OneAppeal appeal={appeal} onDecided={() => setDecided((before) => new Set([...before, appeal.id]))} />
          </li>
        ))}
      </ul>
      <More pages={pages} />
    </Page>
  );
}

function OneAppeal({ appeal, onDecided }: { appeal: StandingAppeal; onDecided: () => void }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const { annotator, step } = appeal;
  return (
    <Card className="grid gap-4 p-4 desk:grid-cols-2 desk:gap-6 desk:p-6">
      <div className="grid content-start gap-3">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold text-16">{annotator.displayName}</span>
          <StatusBadge status={annotator.standing.status} />
        </p>
        <Figures standing={annotator.standing} />
        {step && (
          <div className="grid gap-1 text-13">
            <p>
              <span className="font-medium text-bad">{i18n._(LADDER[step.step])}</span>
              <span className="text-muted">
                {step.kind && <> · {i18n._(KINDS[step.kind].label)}</>} · {format.time(step.at)}
                {step.until && (
                  <>
                    {" · "}
                    <Trans>until {format.day(step.until)}</Trans>
                  </>
                )}
              </span>
            </p>
            <blockquote className="border-bad border-l-2 pl-3">
              <Said step={step} />
            </blockquote>
          </div>
        )}
      </div>
      <div className="grid content-start gap-3">
        <div className="grid gap-1">
          <h2 className="text-13">
            <Trans>The annotator's objection</Trans>
          </h2>
          <Objection appeal={appeal} />
        </div>
        <Decide appeal={appeal} onDecided={onDecided} />
      </div>
    </Card>
  );
}

function Decide({ appeal, onDecided }: { appeal: StandingAppeal; onDecided: () => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const decide = async (outcome: Outcome, comment: string) => {
    const { payload, problem } = await mutate(DECIDE_STANDING_APPEAL, { appealId: appeal.id, outcome, comment });
    if (payload?.appeal) {
      toast({ tone: "good", title: outcome === "OVERTURNED" ? t`Taken back: it counts as if it had never been` : t`Upheld: it stays` });
      onDecided();
    }
    return problem;
  };
  return <AppealForm decide={decide} names={{ UPHELD: <Trans>Uphold it</Trans>, OVERTURNED: <Trans>Take it back</Trans> }} />;
}
