import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useMutate } from "@/api/mutate";
import type { UserError } from "@/api/problem";
import { type Answers, inputsOf, missingIn } from "@/editor/answers";
import { drafts } from "@/editor/drafts";
import { useShortcuts } from "@/editor/keys";
import { TaskEditor } from "@/editor/TaskEditor";
import { Button } from "@/ui/Button";
import { ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { Panel } from "../tutorial/Feedback";
import { ANSWER, type Qualification, type Status } from "./documents";

type Props = { qualification: Qualification; at: number; onAt: (at: number) => void; onDecided: (status: Status) => void };

/** The questions in the real editor, there and back, handed in together. What is half done survives a closed tab. */
export function Questions({ qualification, at, onAt, onDecided }: Props) {
  const { t } = useLingui();
  const mutate = useMutate();
  const { id, questions } = qualification;
  const [given, setGiven] = useState<Record<string, Answers>>({});
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    for (const question of questions) {
      // Who answers faster than the device reads keeps that answer.
      void drafts.read(question.id).then((draft) => draft && setGiven((now) => ({ [question.id]: draft.answers, ...now })));
    }
  }, [questions]);
  const question = questions[at];
  const isLast = at + 1 === questions.length;

  const handIn = async () => {
    setBusy(true);
    const answers = questions.map(({ id, form }) => ({ questionId: id, answers: inputsOf(form, given[id] ?? {}) }));
    const { payload, problem, errors } = await mutate(ANSWER, { id, answers });
    setBusy(false);
    setErrors(errors);
    const place = Number(errors[0]?.path[1]);
    if (errors[0]?.path[0] === "answers" && place < questions.length) onAt(place);
    if (problem) toast({ tone: "bad", title: <ProblemText problem={problem} /> });
    if (!payload?.status) return;
    for (const question of questions) void drafts.forget(question.id);
    onDecided(payload.status);
  };
  const goOn = () => {
    const [first] = question ? missingIn(question.form, given[question.id] ?? {}) : [];
    if (first) return toast({ id: "missing", tone: "bad", title: t`Not answered yet: ${first.label}` });
    if (!isLast) return onAt(at + 1);
    const open = questions.findIndex(({ id, form }) => missingIn(form, given[id] ?? {}).length > 0);
    return open < 0 ? void handIn() : onAt(open);
  };
  useShortcuts({ submit: goOn });
  if (!question) return null;

  // Of this question, as the editor knows paths: without the number of the question.
  const own = errors
    .filter(({ path }) => path[0] === "answers" && path[1] === String(at))
    .map((error) => ({ ...error, path: error.path.slice(2) }));
  return (
    <TaskEditor
      key={question.id}
      name={question.id}
      content={question.content}
      form={question.form}
      answers={given[question.id] ?? {}}
      onChange={(answers) => {
        setGiven((before) => ({ ...before, [question.id]: answers }));
        setErrors([]);
        void drafts.write(question.id, { answers, version: 0, at: Date.now() });
      }}
      errors={own}
      sent={question.form.map(({ key }) => key)}
      foot={
        <div className="grid gap-3">
          {own.length > 0 && (
            <Panel isCorrect={false}>
              {own.map(({ message }) => (
                <p key={message}>{message}</p>
              ))}
            </Panel>
          )}
          <div className="flex gap-2">
            {at > 0 && (
              <Button onClick={() => onAt(at - 1)} className="shrink-0">
                <Trans>Back</Trans>
              </Button>
            )}
            <Button kind="primary" onClick={goOn} isBusy={isBusy} className="grow">
              {isLast ? <Trans>Hand in the test</Trans> : <Trans>Next question</Trans>}
            </Button>
          </div>
        </div>
      }
    />
  );
}
