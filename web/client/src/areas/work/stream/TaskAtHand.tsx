import { Trans, useLingui } from "@lingui/react/macro";
import { BookOpen, Flag, Keyboard } from "lucide-react";
import { useState } from "react";
import { type Answers, missingIn } from "@/editor/answers";
import { KeysDialog } from "@/editor/KeysDialog";
import { useShortcuts } from "@/editor/keys";
import { TaskEditor } from "@/editor/TaskEditor";
import { Button, IconButton } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Loading, Skeleton } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { Countdown } from "./Countdown";
import type { Assignment } from "./documents";
import { Instructions } from "./Instructions";
import { Leave, SittingLine } from "./Sitting";
import { SkipDialog } from "./SkipDialog";
import { useActiveSeconds } from "./useActiveSeconds";
import { type SaveState, useDraft } from "./useDraft";

type Props = {
  assignment: Assignment;
  onSubmit: (assignment: Assignment, answers: Answers, activeSeconds: number) => void;
  onGone: () => void;
  onLeave: () => void;
};

type Open = "instructions" | "skip" | "keys" | null;

export function TaskAtHand({ assignment, onSubmit, onGone, onLeave }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const { task, reward } = assignment;
  const { form, title } = task.project;
  const { answers, state, change, save, stop } = useDraft(assignment);
  const activeSeconds = useActiveSeconds(assignment.id);
  const [open, setOpen] = useState<Open>(null);
  const [isChecked, setChecked] = useState(false);
  const missing = answers ? missingIn(form, answers) : form;

  const submit = () => {
    if (!answers) return;
    setChecked(true);
    const first = missing[0];
    if (first) {
      toast({ id: "missing", tone: "bad", title: t`Not answered yet: ${first.label}` });
      return;
    }
    stop();
    onSubmit(assignment, answers, activeSeconds());
  };
  useShortcuts({
    submit,
    skip: () => setOpen("skip"),
    instructions: () => setOpen("instructions"),
    help: () => setOpen("keys"),
  });

  return (
    <div className="flex min-h-0 grow flex-col desk:h-dvh">
      <header className="flex min-h-14 shrink-0 items-center gap-1 border-line border-b bg-surface px-2 desk:gap-2">
        <Leave onLeave={onLeave} />
        <div className="min-w-0 grow">
          <h1 className="truncate font-semibold text-14">{title}</h1>
          <p className="truncate text-12 text-muted">
            {format.money(reward)} · <SaveLine state={state} onRetry={save} />
          </p>
        </div>
        <SittingLine />
        <Countdown assignment={assignment} />
        <IconButton label={t`Instructions`} onClick={() => setOpen("instructions")}>
          <BookOpen className="size-5" aria-hidden />
        </IconButton>
        <IconButton label={t`Keys`} onClick={() => setOpen("keys")} className="max-desk:hidden">
          <Keyboard className="size-5" aria-hidden />
        </IconButton>
      </header>
      {answers ? (
        <TaskEditor
          name={assignment.id}
          content={task.item.content}
          form={form}
          answers={answers}
          onChange={change}
          errors={
            isChecked
              ? missing.map(({ key }) => ({
                  code: "INVALID_INPUT",
                  message: t`This needs an answer.`,
                  path: ["answers", String(form.findIndex((each) => each.key === key))],
                }))
              : []
          }
          sent={form.map(({ key }) => key)}
          foot={
            <div className="flex gap-2">
              <Button onClick={() => setOpen("skip")} kind="quiet">
                <Flag className="size-4" aria-hidden />
                <Trans>Skip</Trans>
              </Button>
              <Button kind="primary" onClick={submit} className="grow">
                <Trans>Submit</Trans>
              </Button>
            </div>
          }
        />
      ) : (
        <Loading>
          <Skeleton className="m-4 h-[50dvh]" />
        </Loading>
      )}
      <Instructions project={task.project} taskId={task.id} isOpen={open === "instructions"} onClose={() => setOpen(null)} />
      <SkipDialog assignmentId={assignment.id} isOpen={open === "skip"} onClose={() => setOpen(null)} onGone={onGone} />
      <KeysDialog isOpen={open === "keys"} onClose={() => setOpen(null)} />
    </div>
  );
}

function SaveLine({ state, onRetry }: { state: SaveState; onRetry: () => void }) {
  switch (state) {
    case "clean":
      return <Trans>Nothing to save yet</Trans>;
    case "saving":
      return <Trans>Saving</Trans>;
    case "saved":
      return <Trans>Saved</Trans>;
    case "device":
      return <Trans>On this device</Trans>;
    case "conflict":
      return <Trans>Changed in another tab; this one is kept on this device</Trans>;
    case "failed":
      return (
        <span className="text-bad">
          <Trans>Not saved</Trans>{" "}
          <button type="button" onClick={onRetry} className="font-medium underline underline-offset-2">
            <Trans>Try again</Trans>
          </button>
        </span>
      );
  }
}
