import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { AreaField, TextField } from "@/ui/Field";
import { Notice, ProblemText } from "@/ui/States";
import type { Project } from "../documents";
import { NumberField } from "../form/NumberField";
import { CREATE_TEST, type Test } from "./documents";

const FIELDS = ["title", "guide", "passScore", "retryHours", "questionCount"];

/** A test of the project's gold; as it is made it stays, for whoever took it took that one. */
export function NewQualification({ project, onMade, onClose }: { project: Project; onMade: (made: Test) => void; onClose: () => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [title, setTitle] = useState("");
  const [guide, setGuide] = useState(project.instructions);
  const [passPercent, setPassPercent] = useState(80);
  const [questionCount, setQuestionCount] = useState(10);
  const [retryHours, setRetryHours] = useState(24);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    const input = { projectId: project.id, title, guide, passScore: passPercent / 100, questionCount, retryHours };
    const { payload, problem, errors } = await mutate(CREATE_TEST, { input });
    setBusy(false);
    setErrors(errors);
    setProblem(problem && !FIELDS.some((field) => errorAt(errors, field)) ? problem : undefined);
    if (payload?.qualification) onMade(payload.qualification);
  };
  return (
    <Dialog isOpen onClose={onClose} title={t`New test`}>
      {/* No form: it stands within the one of the project. */}
      <div className="grid gap-4">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <TextField
          label={t`Title`}
          hint={t`People see it before they begin.`}
          error={errorAt(errors, "title")}
          maxLength={120}
          autoComplete="off"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <AreaField
          label={t`Guide`}
          hint={t`What is tested, and how to answer. Markdown.`}
          error={errorAt(errors, "guide")}
          rows={5}
          value={guide}
          onChange={(event) => setGuide(event.target.value)}
        />
        <NumberField
          label={t`Number of questions`}
          hint={t`Drawn at random from the gold items of this project, for each attempt anew.`}
          error={errorAt(errors, "questionCount")}
          value={questionCount}
          onChange={setQuestionCount}
        />
        <NumberField
          label={t`Right answers to pass, in per cent`}
          error={errorAt(errors, "passScore")}
          value={passPercent}
          onChange={setPassPercent}
        />
        <NumberField
          label={t`Hours to wait after a failure`}
          hint={t`0: again at once, as with a few sample tasks.`}
          error={errorAt(errors, "retryHours")}
          value={retryHours}
          onChange={setRetryHours}
        />
        <Button kind="primary" isBusy={isBusy} onClick={make}>
          <Trans>Make the test</Trans>
        </Button>
      </div>
    </Dialog>
  );
}
