import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Failed, Rows } from "@/ui/States";
import { useProject } from "../project/project";
import { JUDGING, type Judging } from "./documents";
import { GoldList } from "./GoldList";
import { Limits } from "./Limits";
import { Quality } from "./Quality";

/** How the project's answers are judged: by whom, how well, by which thresholds, and its known answers. */
export function JudgingPage() {
  const { project } = useProject();
  const [{ data, error }, again] = useQuery({ query: JUDGING, variables: { id: project.id }, requestPolicy: "cache-and-network" });
  const read = () => again({ requestPolicy: "network-only" });
  if (error && !data) return <Failed problem={problemOf(error)} retry={read} />;
  const judging = data?.project?.judging;
  if (!judging) return <Rows count={3} className="h-28" />;
  return (
    <div className="grid grid-cols-1 items-start gap-4 desk:grid-cols-[minmax(0,1fr)_20rem] wide:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="grid min-w-0 grid-cols-1 gap-4">
        <Figures judging={judging} />
        <Quality />
        <GoldList key={project.id} first={judging.gold} onChanged={read} />
      </div>
      <Limits key={project.id} judging={judging} onSaved={read} />
    </div>
  );
}

function Figures({ judging: { agreement, byGold, byConsensus, byModerators, audited, wrong } }: { judging: Judging }) {
  const format = useFormat();
  const all = byGold + byConsensus + byModerators;
  const share = (count: number) => (all > 0 ? format.share(count / all) : "–");
  return (
    <Card className="grid gap-4 p-4 desk:p-6">
      <h2 className="text-16">
        <Trans>How it is judged</Trans>
      </h2>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 desk:grid-cols-3">
        <Figure name={<Trans>Agreement</Trans>} value={agreement === null ? "–" : format.share(agreement)} />
        <Figure name={<Trans>Judged automatically</Trans>} value={share(byGold + byConsensus)} />
        <Figure name={<Trans>The judge was wrong</Trans>} value={audited > 0 ? format.share(wrong / audited) : "–"} />
        <Figure name={<Trans>By agreement</Trans>} value={share(byConsensus)} />
        <Figure name={<Trans>By known answers</Trans>} value={share(byGold)} />
        <Figure name={<Trans>By moderators</Trans>} value={share(byModerators)} />
      </dl>
      <p className="border-line border-t pt-4 text-13 text-muted">
        <Trans>
          Of the latest 1,000 verdicts and results. Moderators looked at {format.number(audited)} automatic verdicts a second time;{" "}
          {format.number(wrong)} were wrong.
        </Trans>
      </p>
    </Card>
  );
}

function Figure({ name, value }: { name: ReactNode; value: string }) {
  return (
    <div className="grid">
      <dt className="text-12 text-muted">{name}</dt>
      <dd className="font-semibold text-20">{value}</dd>
    </div>
  );
}
