import { useCallback, useEffect, useRef, useState } from "react";
import { useMutate } from "@/api/mutate";
import { OFFLINE } from "@/api/problem";
import { type Answers, answersOf, inputsOf } from "@/editor/answers";
import { drafts } from "@/editor/drafts";
import { type Assignment, SAVE } from "./documents";

export type SaveState = "clean" | "saving" | "saved" | "device" | "failed" | "conflict";

/** After so long without a change the server gets the draft; a task that takes two seconds never needs one. */
const SETTLE_MS = 2_500;

/**
 * The answers to the task at hand: on this device at every change, on the server when things settle. Undefined until it is known what was
 * there before.
 */
export function useDraft(assignment: Assignment) {
  const mutate = useMutate();
  const { id, task } = assignment;
  const [answers, setAnswers] = useState<Answers>();
  const [state, setState] = useState<SaveState>("clean");
  const version = useRef(assignment.draftVersion);
  const latest = useRef<Answers>({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: read once for each lease; later drafts of the same lease are our own
  useEffect(() => {
    let isGone = false;
    void (async () => {
      const local = (await drafts.read(id)) ?? (await drafts.read(task.id));
      const isNewer = local && (local.version >= assignment.draftVersion || assignment.draftVersion === 0);
      const begun = isNewer ? local.answers : answersOf(assignment.draft);
      if (isGone) return;
      latest.current = begun;
      setAnswers(begun);
    })();
    return () => {
      isGone = true;
      clearTimeout(timer.current);
    };
  }, [id]);

  const save = useCallback(async () => {
    clearTimeout(timer.current);
    setState("saving");
    const sent = latest.current;
    const { payload, problem } = await mutate(SAVE, {
      assignmentId: id,
      answers: inputsOf(task.project.form, sent),
      version: version.current,
    });
    if (payload?.assignment) {
      version.current = payload.assignment.draftVersion;
      if (latest.current === sent) setState("saved");
      void keep(id, task.id, sent, version.current);
    } else if (problem?.code === OFFLINE) setState("device");
    else setState(problem?.code === "CONFLICT" ? "conflict" : "failed");
  }, [id, task, mutate]);

  const change = useCallback(
    (changed: Answers) => {
      latest.current = changed;
      setAnswers(changed);
      setState("saving");
      void keep(id, task.id, changed, version.current);
      clearTimeout(timer.current);
      timer.current = setTimeout(save, SETTLE_MS);
    },
    [id, task, save],
  );
  /** Nothing more is saved: the answers are on their way. */
  const stop = useCallback(() => clearTimeout(timer.current), []);
  return { answers, state, change, save, stop };
}

async function keep(assignmentId: string, taskId: string, answers: Answers, version: number): Promise<void> {
  const draft = { answers, version, at: Date.now() };
  await Promise.all([drafts.write(assignmentId, draft), drafts.write(taskId, { ...draft, version: 0 })]);
}
