import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { CircleCheck, Pause, Play } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button, ButtonLink } from "@/ui/Button";
import { countdown, useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Notice, ProblemText } from "@/ui/States";
import { forgetRun, pauseRun, type RunState, resumeRun } from "./run";
import { Troubles } from "./Troubles";

/** An import under way, or at its end. */
export function RunCard({ projectId, run }: { projectId: string; run: RunState }) {
  const { t } = useLingui();
  const format = useFormat();
  const isDone = run.phase === "done";
  return (
    <Card className="grid gap-5 p-4 desk:p-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="flex items-center gap-2 text-16">
          {isDone && <CircleCheck className="size-5 text-good" aria-hidden />}
          {isDone ? (
            <Plural value={run.imported} _0="Nothing new" one="# item imported" other="# items imported" />
          ) : run.phase === "running" ? (
            <Trans>Importing</Trans>
          ) : (
            <Trans>Import paused</Trans>
          )}
        </h2>
        <div className="flex flex-wrap gap-2">
          {run.phase === "running" && (
            <Button size="small" onClick={() => pauseRun(projectId)}>
              <Pause className="size-4" aria-hidden />
              <Trans>Pause</Trans>
            </Button>
          )}
          {(run.phase === "paused" || run.phase === "stopped") && (
            <>
              <Button size="small" kind="primary" onClick={() => resumeRun(projectId)}>
                <Play className="size-4" aria-hidden />
                <Trans>Go on</Trans>
              </Button>
              <Button size="small" kind="quiet" onClick={() => forgetRun(projectId)}>
                <Trans>Give up the rest</Trans>
              </Button>
            </>
          )}
        </div>
      </header>
      {run.files > 0 && (
        <Bar
          name={<Trans>Files</Trans>}
          label={t`Files sent`}
          done={run.uploaded}
          all={run.files}
          detail={run.reused > 0 && <Trans>{format.number(run.reused)} were here already</Trans>}
        />
      )}
      <Bar
        name={<Trans>Items</Trans>}
        label={t`Items imported`}
        done={run.sent}
        all={run.items}
        detail={run.existing > 0 && <Trans>{format.number(run.existing)} were here already, and stayed as they are</Trans>}
      />
      {run.waitsUntil && run.phase === "running" && <Waiting until={run.waitsUntil} />}
      {run.problem && (
        <Notice>
          <ProblemText problem={run.problem} />
        </Notice>
      )}
      <Troubles troubles={run.troubles} />
      {run.phase === "running" && (
        <p className="text-13 text-muted">
          <Trans>
            It goes on while you look at other pages of Tidemark. After a closed tab, drop the same files again: nothing is sent twice.
          </Trans>
        </p>
      )}
      {isDone && (
        <div className="flex flex-wrap gap-2">
          <ButtonLink to="/console/projects/$projectId" params={{ projectId }} kind="primary">
            <Trans>To the overview</Trans>
          </ButtonLink>
          <Button onClick={() => forgetRun(projectId)}>
            <Trans>Import more</Trans>
          </Button>
        </div>
      )}
    </Card>
  );
}

function Bar({ name, label, done, all, detail }: { name: ReactNode; label: string; done: number; all: number; detail: ReactNode }) {
  const format = useFormat();
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3 text-13">
        <span className="font-medium">{name}</span>
        <span className="text-muted">
          <Trans>
            {format.number(done)} of {format.number(all)}
          </Trans>
        </span>
      </div>
      <progress
        aria-label={label}
        value={done}
        max={all}
        className="h-2 w-full overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
      />
      {detail && <p className="text-12 text-muted">{detail}</p>}
    </div>
  );
}

function Waiting({ until }: { until: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Notice tone="warning">
      <Trans>Tidemark asks for a little patience, or cannot be reached. It goes on by itself in {countdown((until - now) / 1000)}.</Trans>
    </Notice>
  );
}
