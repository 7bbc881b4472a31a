import { Trans, useLingui } from "@lingui/react/macro";
import { Pause, Play, Square } from "lucide-react";
import { useState } from "react";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { type Progress, type Project, type ProjectState, SET_STATE } from "../documents";

/** Draft → open ⇄ paused → closed. */
export function StateButtons({ project, progress }: { project: Project; progress: Progress | null }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [busyTo, setBusyTo] = useState<ProjectState>();
  const [isClosing, setClosing] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { id, state } = project;
  if (state === "CLOSED") return null;

  const become = async (next: ProjectState) => {
    setBusyTo(next);
    const { payload, problem } = await mutate(SET_STATE, { projectId: id, state: next });
    setBusyTo(undefined);
    setProblem(problem);
    if (problem && !isClosing) toast({ tone: "bad", title: <ProblemText problem={problem} /> });
    if (payload) setClosing(false);
  };
  return (
    <div className="flex flex-wrap gap-2">
      {state !== "OPEN" && (
        <Button kind="primary" size="small" isBusy={busyTo === "OPEN"} onClick={() => become("OPEN")}>
          <Play className="size-4" aria-hidden />
          {state === "DRAFT" ? <Trans context="act">Open</Trans> : <Trans>Go on</Trans>}
        </Button>
      )}
      {state === "OPEN" && (
        <Button size="small" isBusy={busyTo === "PAUSED"} onClick={() => become("PAUSED")}>
          <Pause className="size-4" aria-hidden />
          <Trans>Pause</Trans>
        </Button>
      )}
      <Button kind="danger" size="small" onClick={() => setClosing(true)}>
        <Square className="size-3.5" aria-hidden />
        <Trans>Close</Trans>
      </Button>
      <Dialog isOpen={isClosing} onClose={() => setClosing(false)} title={t`Close “${project.title}”?`}>
        <Closing project={project} progress={progress} />
        {problem && (
          <div className="mt-4">
            <Notice>
              <ProblemText problem={problem} />
            </Notice>
          </div>
        )}
        <div className="mt-5 flex flex-wrap justify-end gap-2">
          <Button onClick={() => setClosing(false)}>
            <Trans>Keep it</Trans>
          </Button>
          <Button kind="danger" isBusy={busyTo === "CLOSED"} onClick={() => become("CLOSED")}>
            <Trans>Close for good</Trans>
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

function Closing({ project: { budget, organization }, progress }: { project: Project; progress: Progress | null }) {
  const format = useFormat();
  return (
    <ul className="grid list-disc gap-2 pl-5">
      <li>
        <Trans>No task is given any more, and those being worked on now end at once.</Trans>
      </li>
      <li>
        {progress && progress.inReview > 0 ? (
          <Trans>What was submitted is still judged and paid: {format.number(progress.inReview)} answers are in review.</Trans>
        ) : (
          <Trans>What was submitted stays yours. Nothing is in review.</Trans>
        )}
      </li>
      <li>
        <Trans>
          What no answer may still earn of the {budget && format.money(budget)} that are set aside goes back to {organization.name} at once.
        </Trans>
      </li>
      <li>
        <strong className="font-semibold">
          <Trans>A closed project cannot be opened again.</Trans>
        </strong>{" "}
        <Trans>To stop for a while, pause it instead.</Trans>
      </li>
    </ul>
  );
}
