import { useCallback, useEffect, useState } from "react";
import { useClient } from "urql";
import { useLive } from "@/api/live";
import { mutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import type { AnswerInput } from "@/editor/answers";
import { imageOf } from "@/editor/answers";
import { drafts, type Outgoing, outbox } from "@/editor/drafts";
import { onActivity } from "@/shell/happenings";
import { type Assignment, STREAM, SUBMIT } from "./documents";

/** One in hand, one in its moment of undo, one ready. */
const PREFETCH = 3;

export type Stream = {
  current: Assignment | undefined;
  /** True until the server has had the time to send what there is. */
  isOpening: boolean;
  refusal: Problem | undefined;
  /** The task is somebody else's now, or nobody's. */
  drop: (assignmentId: string) => void;
  /** Out of sight, but not sent yet: `putBack` brings it in again. */
  setAside: (assignmentId: string) => void;
  putBack: (assignmentId: string) => void;
};

const OPENING_MS = 1_500;

/** The tasks that are leased to the viewer, in the order in which they came; the next ones' pictures are decoded ahead. */
export function useStream(projectId: string | undefined): Stream {
  const [queue, setQueue] = useState<Assignment[]>([]);
  const [aside, setAside] = useState<ReadonlySet<string>>(new Set());
  const [isOpening, setOpening] = useState(true);
  const [refusal, setRefusal] = useState<Problem>();

  useLive(STREAM, {
    variables: { projectId, prefetch: PREFETCH },
    onEvent: ({ taskStream: assignment }) => {
      setOpening(false);
      decodeAhead(assignment);
      setQueue((before) => [...before.filter((each) => each.id !== assignment.id && each.task.id !== assignment.task.id), assignment]);
    },
    onRefused: setRefusal,
  });
  useEffect(() => {
    const timer = setTimeout(() => setOpening(false), OPENING_MS);
    return () => clearTimeout(timer);
  }, []);
  const drop = useCallback((id: string) => setQueue((before) => before.filter((each) => each.id !== id)), []);
  // A lease that ended while its task is on the screen stays there: it can be submitted as long as nobody else has it.
  useEffect(() => onActivity("AssignmentEnded", ({ assignment }) => setQueue(([first, ...rest]) => keep(first, rest, assignment.id))), []);

  return {
    current: queue.find(({ id }) => !aside.has(id)),
    isOpening,
    refusal,
    drop,
    setAside: useCallback((id: string) => setAside((before) => new Set(before).add(id)), []),
    putBack: useCallback((id: string) => setAside((before) => new Set([...before].filter((each) => each !== id))), []),
  };
}

function keep(first: Assignment | undefined, rest: Assignment[], ended: string): Assignment[] {
  const left = rest.filter(({ id }) => id !== ended);
  return first ? [first, ...left] : left;
}

function decodeAhead(assignment: Assignment): void {
  const image = imageOf(assignment.task.item.content);
  if (!image) return;
  const ahead = new Image();
  ahead.src = image.url;
  // A picture that cannot be decoded shows its error where it is looked at.
  ahead.decode().catch(() => {});
}

export function useSending() {
  const client = useClient();
  return useCallback(
    async ({ assignmentId, taskId, answers, activeSeconds }: Outgoing) => {
      const done = await mutate(client, SUBMIT, { assignmentId, answers: answers as AnswerInput[], activeSeconds });
      const isOver = done.payload || done.problem.code !== "OFFLINE";
      if (isOver) await outbox.take(assignmentId);
      if (done.payload) await Promise.all([drafts.forget(assignmentId), drafts.forget(taskId)]);
      return done;
    },
    [client],
  );
}
