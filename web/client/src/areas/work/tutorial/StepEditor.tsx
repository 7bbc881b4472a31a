import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useMutate } from "@/api/mutate";
import type { UserError } from "@/api/problem";
import { useSession } from "@/api/session";
import { type Answers, imageOf, inputsOf, missingIn } from "@/editor/answers";
import { drafts } from "@/editor/drafts";
import { useShortcuts } from "@/editor/keys";
import { TaskEditor } from "@/editor/TaskEditor";
import type { Engine, Rect } from "@/engine";
import { Button } from "@/ui/Button";
import { ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { ANSWER_STEP, type Step } from "./documents";
import { Feedback, Panel, type Told } from "./Feedback";
import { placeOf, useMarks } from "./marks";

const NOTHING: Told["remarks"] = [];

/** One step: the prompt, the editor, and what was right or wrong about the answer, as often as it takes. */
export function StepEditor({ step, isLast, onNext }: { step: Step; isLast: boolean; onNext: () => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const { refresh } = useSession();
  const [answers, setAnswers] = useState<Answers>({});
  const [told, setTold] = useState<Told>();
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [engine, setEngine] = useState<Engine>();
  useMarks(engine, told?.remarks ?? NOTHING);
  useEffect(() => {
    // Who answers faster than the device reads keeps that answer.
    void drafts.read(step.id).then((draft) => draft && setAnswers((now) => (Object.keys(now).length > 0 ? now : draft.answers)));
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
    if (problem && errors.length === 0) toast({ tone: "bad", title: <ProblemText problem={problem} /> });
    if (!payload) return;
    const { correct, why, remarks, moreRemarks } = payload;
    setTold({ isCorrect: correct ?? false, why: why ?? "", remarks, more: moreRemarks });
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
      onEngine={setEngine}
      head={<p className="font-medium text-16">{step.prompt}</p>}
      foot={
        <div className="grid gap-3">
          {told && <Feedback told={told} onShow={(remark) => engine?.zoomTo(placeOf(remark) ?? whole(step))} />}
          {errors.length > 0 && (
            <Panel isCorrect={false}>
              {errors.map(({ message }) => (
                <p key={message}>{message}</p>
              ))}
            </Panel>
          )}
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

function whole({ content }: Step): Rect {
  const { width = 1, height = 1 } = imageOf(content) ?? {};
  return { x: 0, y: 0, width, height };
}
