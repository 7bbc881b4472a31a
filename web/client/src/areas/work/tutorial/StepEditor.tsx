import { Trans, useLingui } from "@lingui/react/macro";
import { CircleCheck, CircleX } from "lucide-react";
import { useEffect, useState } from "react";
import { useMutate } from "@/api/mutate";
import type { UserError } from "@/api/problem";
import { useSession } from "@/api/session";
import { type Answers, inputsOf, missingIn } from "@/editor/answers";
import { drafts } from "@/editor/drafts";
import { useShortcuts } from "@/editor/keys";
import { TaskEditor } from "@/editor/TaskEditor";
import { Button } from "@/ui/Button";
import { Markdown } from "@/ui/Markdown";
import { toast } from "@/ui/toasts";
import { ANSWER_STEP, type Step } from "./documents";

type Told = { isCorrect: boolean; feedback: string };

/** One step: the prompt, the editor, and what was right or wrong about the answer, as often as it takes. */
export function StepEditor({ step, isLast, onNext }: { step: Step; isLast: boolean; onNext: () => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const { refresh } = useSession();
  const [answers, setAnswers] = useState<Answers>({});
  const [told, setTold] = useState<Told>();
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    void drafts.read(step.id).then((draft) => draft && setAnswers(draft.answers));
  }, [step.id]);
  const change = (changed: Answers) => {
    setAnswers(changed);
    setTold(undefined);
    setErrors([]);
    void drafts.write(step.id, { answers: changed, version: 0, at: Date.now() });
  };

  const check = async () => {
    const [first] = missingIn(step.form, answers);
    if (first) return toast({ id: "missing", tone: "bad", title: t`Not answered yet: ${first.label}` });
    setBusy(true);
    const { payload, problem, errors } = await mutate(ANSWER_STEP, { stepId: step.id, answers: inputsOf(step.form, answers) });
    setBusy(false);
    setErrors(errors);
    if (problem && errors.length === 0) toast({ tone: "bad", title: problem.message });
    if (!payload) return;
    setTold({ isCorrect: payload.correct ?? false, feedback: payload.feedback ?? "" });
    if (payload.progress?.completedAt) refresh();
  };
  useShortcuts({ submit: () => void (told?.isCorrect ? onNext() : check()) });

  return (
    <TaskEditor
      name={step.id}
      content={step.content}
      form={step.form}
      answers={answers}
      onChange={change}
      errors={errors}
      sent={step.form.map(({ key }) => key)}
      head={<p className="font-medium text-16">{step.prompt}</p>}
      foot={
        <div className="grid gap-3">
          {told && <Feedback {...told} />}
          {errors.length > 0 && <Feedback isCorrect={false} feedback={errors.map(({ message }) => message).join("\n\n")} />}
          {told?.isCorrect ? (
            <Button kind="primary" onClick={onNext}>
              {isLast ? <Trans>Finish the lesson</Trans> : <Trans>Next step</Trans>}
            </Button>
          ) : (
            <Button kind="primary" onClick={check} isBusy={isBusy}>
              {told ? <Trans>Check again</Trans> : <Trans>Check</Trans>}
            </Button>
          )}
        </div>
      }
    />
  );
}

function Feedback({ isCorrect, feedback }: Told) {
  const Icon = isCorrect ? CircleCheck : CircleX;
  return (
    <div
      role="status"
      className={`flex max-h-[30dvh] animate-rise gap-2.5 overflow-y-auto rounded-8 border p-3 text-13 ${isCorrect ? "border-good/40 bg-good/8" : "border-bad/40 bg-bad/8"}`}
    >
      <Icon className={`mt-0.5 size-5 shrink-0 ${isCorrect ? "text-good" : "text-bad"}`} aria-hidden />
      <div className="grid gap-1">
        <p className="font-semibold">{isCorrect ? <Trans>Right</Trans> : <Trans>Not quite</Trans>}</p>
        <Markdown text={feedback} />
      </div>
    </div>
  );
}
