import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { KINDS } from "@/areas/work/kinds";
import { Button } from "@/ui/Button";
import { Field, input, TextField } from "@/ui/Field";
import { Card } from "@/ui/Page";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { isFixed, specOf } from "../form/spec";
import { useSave } from "../form/useSave";
import { useProject } from "./project";

type Kind = keyof typeof KINDS;

export function Settings() {
  const { t, i18n } = useLingui();
  const { project } = useProject();
  const save = useSave(project);
  const [title, setTitle] = useState(project.title);
  const [kind, setKind] = useState<Kind>(project.kind);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const isClosed = project.state === "CLOSED";
  const isChanged = title !== project.title || kind !== project.kind;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { problem, errors } = await save({ ...specOf(project), title, kind });
    setBusy(false);
    setErrors(errors);
    setProblem(problem && !errorAt(errors, "title") && !errorAt(errors, "kind") ? problem : undefined);
    if (!problem) toast({ tone: "good", title: <Trans>Saved</Trans> });
  };

  return (
    <div className="grid max-w-160 gap-4">
      <Card className="p-4 desk:p-6">
        <form onSubmit={submit} className="grid gap-4">
          <h2 className="text-16">
            <Trans>Name and kind</Trans>
          </h2>
          {problem && (
            <Notice>
              <ProblemText problem={problem} />
            </Notice>
          )}
          <TextField
            label={t`Title`}
            hint={t`What annotators see in their list.`}
            error={errorAt(errors, "title")}
            required
            maxLength={120}
            disabled={isClosed}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
          <Field
            label={t`Kind`}
            error={errorAt(errors, "kind")}
            hint={
              isFixed(project)
                ? t`Fixed, since the project was opened or has items.`
                : t`A word and a picture in the list; the form decides what is asked.`
            }
          >
            {(attributes) => (
              <select
                {...attributes}
                className={input}
                disabled={isFixed(project)}
                value={kind}
                onChange={(event) => setKind(event.target.value as Kind)}
              >
                {(Object.keys(KINDS) as Kind[]).map((each) => (
                  <option key={each} value={each}>
                    {i18n._(KINDS[each].label)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <div>
            <Button type="submit" kind="primary" isBusy={isBusy} disabled={!isChanged}>
              <Trans>Save</Trans>
            </Button>
          </div>
        </form>
      </Card>
      <Card className="grid gap-2 p-4 desk:p-6">
        <h2 className="text-16">
          <Trans>For the API</Trans>
        </h2>
        <p className="text-13 text-muted">
          <Trans>The ids that a program names this project and its organization by.</Trans>
        </p>
        <dl className="grid gap-2 text-13">
          <Id name={<Trans>Project</Trans>} id={project.id} />
          <Id name={<Trans>Organization</Trans>} id={project.organization.id} />
        </dl>
      </Card>
    </div>
  );
}

function Id({ name, id }: { name: React.ReactNode; id: string }) {
  return (
    <div className="grid gap-0.5 desk:grid-cols-[8rem_1fr]">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">
        <code className="select-all break-all">{id}</code>
      </dd>
    </div>
  );
}
