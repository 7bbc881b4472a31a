import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Coffee, Lock } from "lucide-react";
import { useCallback, useEffect, useRef } from "react";
import type { Problem } from "@/api/problem";
import type { Answers } from "@/editor/answers";
import { inputsOf } from "@/editor/answers";
import { forgetOldDrafts, type Outgoing, outbox } from "@/editor/drafts";
import { Button, ButtonLink } from "@/ui/Button";
import { useTitle } from "@/ui/Page";
import { Empty, Loading, ProblemText, Skeleton } from "@/ui/States";
import { dismiss, toast } from "@/ui/toasts";
import type { Assignment } from "./documents";
import { Leave, SittingSummary } from "./Sitting";
import { countIn, countOut } from "./sitting";
import { TaskAtHand } from "./TaskAtHand";
import { useSending, useStream } from "./useStream";

const UNDO_MS = 4_000;
type Waiting = { outgoing: Outgoing; assignment: Assignment; timer: ReturnType<typeof setTimeout>; toastId: string };

/** Task after task: the next is there when the last one is sent, and what was sent can be taken back for a moment. */
export function Stream() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { project } = useSearch({ from: "/signed-in/work/tasks" });
  const stream = useStream(project);
  const { drop, setAside, putBack } = stream;
  const send = useSending();
  const waiting = useRef<Waiting>(undefined);
  useTitle(stream.current?.task.project.title ?? t`Work`);

  const dispatch = useCallback(
    async ({ outgoing, assignment }: Waiting) => {
      const { problem } = await send(outgoing);
      if (!problem) return drop(assignment.id);
      countOut(assignment.reward, outgoing.activeSeconds);
      if (problem.code === "LEASE_EXPIRED" || problem.code === "ALREADY_SUBMITTED") drop(assignment.id);
      else putBack(assignment.id);
      toast({ tone: "bad", title: <Trans>Not submitted</Trans>, detail: <ProblemText problem={problem} />, milliseconds: 10_000 });
    },
    [send, drop, putBack],
  );
  const flush = useCallback(() => {
    const last = waiting.current;
    if (!last) return;
    waiting.current = undefined;
    clearTimeout(last.timer);
    void dispatch(last);
  }, [dispatch]);

  const submit = (assignment: Assignment, answers: Answers, activeSeconds: number) => {
    flush();
    const { id, task, reward } = assignment;
    const outgoing: Outgoing = { assignmentId: id, taskId: task.id, answers: inputsOf(task.project.form, answers), activeSeconds };
    void outbox.put(outgoing);
    setAside(id);
    countIn(reward, activeSeconds);
    const undo = () => {
      if (waiting.current?.assignment.id !== id) return;
      clearTimeout(waiting.current.timer);
      waiting.current = undefined;
      void outbox.take(id);
      countOut(reward, activeSeconds);
      dismiss("submitted");
      putBack(id);
    };
    const toastId = toast({
      id: "submitted",
      tone: "plain",
      title: <Trans>Submitted</Trans>,
      milliseconds: UNDO_MS,
      action: (
        <Button size="small" onClick={undo}>
          <Trans>Undo</Trans>
        </Button>
      ),
    });
    waiting.current = { outgoing, assignment, toastId, timer: setTimeout(flush, UNDO_MS) };
  };

  // What a closed tab left behind is sent first; what waits is sent when this page is left.
  useEffect(() => {
    void forgetOldDrafts();
    void outbox.all().then((left) => Promise.all(left.map(send)));
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [send, flush]);

  const { current, refusal, isOpening } = stream;
  if (refusal) return <Refused problem={refusal} />;
  if (current)
    return (
      <TaskAtHand
        key={current.id}
        assignment={current}
        onSubmit={submit}
        onGone={() => drop(current.id)}
        onLeave={() => navigate({ to: "/work" })}
      />
    );
  if (isOpening)
    return (
      <Loading>
        <Skeleton className="m-4 h-[60dvh]" />
      </Loading>
    );
  return (
    <div className="flex grow flex-col">
      <div className="flex min-h-14 items-center border-line border-b bg-surface px-2">
        <Leave onLeave={() => navigate({ to: "/work" })} />
      </div>
      <Empty
        isPage
        icon={<Coffee aria-hidden />}
        title={<Trans>Nothing to do just now</Trans>}
        action={
          project ? (
            <ButtonLink to="/work/tasks" search={{}}>
              <Trans>Take tasks of any project</Trans>
            </ButtonLink>
          ) : (
            <ButtonLink to="/work">
              <Trans>See all projects</Trans>
            </ButtonLink>
          )
        }
      >
        <Trans>Stay here: new tasks arrive by themselves.</Trans>
      </Empty>
      <SittingSummary />
    </div>
  );
}

function Refused({ problem }: { problem: Problem }) {
  return (
    <Empty
      isPage
      icon={<Lock aria-hidden />}
      title={<ProblemText problem={problem} />}
      action={
        problem.code === "TUTORIAL_REQUIRED" ? (
          <ButtonLink to="/work/tutorial" kind="primary">
            <Trans>Go to the tutorial</Trans>
          </ButtonLink>
        ) : (
          <ButtonLink to="/work">
            <Trans>Back to the projects</Trans>
          </ButtonLink>
        )
      }
    />
  );
}
