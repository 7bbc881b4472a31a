import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Scalar } from "@/api/graphql";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { KINDS } from "@/areas/work/kinds";
import { Button, ButtonLink } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Page } from "@/ui/Page";
import { Notice, ProblemText } from "@/ui/States";
import { CREATE_PROJECT } from "./documents";
import { floorOf, kindOfInput } from "./form/kinds";
import { PATTERNS } from "./patterns";

type Kind = Scalar<"TaskKind">;

/** A title and a pattern: everything else has a good beginning and is changed on the project's own pages. */
export function NewProject() {
  const { t, i18n } = useLingui();
  const { organizationId } = useParams({ from: "/signed-in/console/projects/new/$organizationId" });
  const navigate = useNavigate();
  const mutate = useMutate();
  const [title, setTitle] = useState("");
  const [kind, setKind] = useState<Kind>("CLASSIFICATION");
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const form = PATTERNS[kind].form((message) => i18n._(message));
    const floor = floorOf(form.map(({ kind }) => kindOfInput(kind)));
    const { payload, problem, errors } = await mutate(CREATE_PROJECT, {
      input: {
        organizationId,
        title,
        kind,
        form,
        instructions: i18n._(PATTERNS[kind].instructions),
        pricePerThousand: String(floor),
        examples: [],
      },
    });
    setBusy(false);
    setErrors(errors);
    setProblem(problem && !errorAt(errors, "title") ? problem : undefined);
    if (payload?.project) await navigate({ to: "/console/projects/$projectId/form", params: { projectId: payload.project.id } });
  };

  return (
    <Page title={t`New project`} lead={<Trans>Nothing is shown to anybody until you open it.</Trans>}>
      <form onSubmit={create} className="grid gap-6">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <div className="max-w-160">
          <TextField
            label={t`Title`}
            hint={t`What annotators see in their list, such as “Which bird is it?”`}
            error={errorAt(errors, "title")}
            required
            maxLength={120}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        </div>
        <fieldset>
          <legend className="mb-2 font-medium text-13">
            <Trans>Begin with</Trans>
          </legend>
          <div className="grid gap-2 desk:grid-cols-2 wide:grid-cols-3">
            {(Object.keys(PATTERNS) as Kind[]).map((each) => (
              <PatternChoice key={each} kind={each} isChosen={each === kind} onChoose={() => setKind(each)} />
            ))}
          </div>
        </fieldset>
        <div className="flex gap-2">
          <Button type="submit" kind="primary" isBusy={isBusy}>
            <Trans>Make the project</Trans>
          </Button>
          <ButtonLink to="/console/projects" kind="quiet">
            <Trans>Cancel</Trans>
          </ButtonLink>
        </div>
      </form>
    </Page>
  );
}

function PatternChoice({ kind, isChosen, onChoose }: { kind: Kind; isChosen: boolean; onChoose: () => void }) {
  const { i18n } = useLingui();
  const { icon: Icon, label } = KINDS[kind];
  const floor = floorOf(PATTERNS[kind].form((message) => i18n._(message)).map((field) => kindOfInput(field.kind)));
  return (
    <label className="flex items-start gap-3 rounded-12 border border-line bg-surface p-3 hover:bg-ground has-checked:border-accent has-checked:bg-soft has-focus-visible:outline-2 has-focus-visible:outline-accent">
      <input type="radio" name="kind" checked={isChosen} onChange={onChoose} className="sr-only" />
      <Icon className="mt-0.5 size-5 shrink-0 text-accent" aria-hidden />
      <span className="grid">
        <span className="font-medium">{i18n._(label)}</span>
        <span className="text-12 text-muted">{i18n._(PATTERNS[kind].about)}</span>
        <span className="mt-1 text-12 text-muted">
          <Trans>from ${floor} per 1,000</Trans>
        </span>
      </span>
    </label>
  );
}
