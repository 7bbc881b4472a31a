import { Trans, useLingui } from "@lingui/react/macro";
import type { CombinedError } from "@urql/core";
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { errorAt, type Problem, problemOf, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Page";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { NumberField } from "../form/NumberField";
import { specOf } from "../form/spec";
import { useSave } from "../form/useSave";
import { useProject } from "../project/project";
import { type Judging, PREVIEW, type Preview, type Thresholds } from "./documents";
import { PreviewTable } from "./PreviewTable";

const MOST_OVERLAP = 20;
const DRAWN: readonly string[] = ["BoxField", "PolygonField", "MaskField", "SpanField"];

/** From when an answer counts as right, and how many people are asked where they disagree. */
export function Limits({ judging, onSaved }: { judging: Judging; onSaved: () => void }) {
  const { t } = useLingui();
  const { project } = useProject();
  const save = useSave(project);
  const [maxOverlap, setMaxOverlap] = useState(judging.maxOverlap);
  const [thresholds, setThresholds] = useState<Thresholds>(judging.thresholds);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const client = useClient();
  const [tried, setTried] = useState<{ preview: Preview; of: string }>();
  const [isTrying, setTrying] = useState(false);
  const asks = (kinds: readonly string[]) => project.form.some(({ __typename }) => kinds.includes(__typename));
  const isClosed = project.state === "CLOSED";

  const { match, overlap, text, points, right, outlier, confidence } = thresholds;
  const limits = { match, overlap, text, points, right, outlier, confidence };
  // What was tried says nothing of thresholds that were changed since.
  const of = JSON.stringify([limits, maxOverlap]);
  const tryOut = async () => {
    setTrying(true);
    // With the overlap, no greater one means that it is fixed; without, what the project has.
    const variables = { projectId: project.id, judging: limits, overlap: project.overlap, maxOverlap };
    const { data, error } = await client.query(PREVIEW, variables, { requestPolicy: "network-only" }).toPromise();
    setTrying(false);
    const refused = error ? refusalOf(error) : undefined;
    setErrors(refused ? [refused] : []);
    setProblem(error && !refused ? problemOf(error) : undefined);
    if (data?.judgingPreview) setTried({ preview: data.judgingPreview, of });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { problem, errors } = await save(specOf(project), { maxOverlap, judging: limits });
    setBusy(false);
    setErrors(errors);
    setProblem(
      errors.length > 0 && errors.every(({ path }) => path.includes("judging") || path.includes("maxOverlap")) ? undefined : problem,
    );
    if (problem) return;
    toast({ tone: "good", title: <Trans>Saved</Trans> });
    onSaved();
  };
  const share = (name: Exclude<keyof Thresholds, "points" | "__typename">, label: string, hint: string) => (
    <NumberField
      label={label}
      hint={hint}
      error={errorAt(errors, name)}
      disabled={isClosed}
      value={Math.round(thresholds[name] * 100)}
      onChange={(percent) => setThresholds({ ...thresholds, [name]: percent / 100 })}
    />
  );

  return (
    <Card className="p-4 desk:p-6">
      <form onSubmit={submit} className="grid gap-4">
        <h2 className="text-16">
          <Trans>Thresholds</Trans>
        </h2>
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <label className="flex min-h-11 items-center gap-2 text-13 desk:min-h-8">
          <input
            type="checkbox"
            checked={maxOverlap !== null}
            disabled={isClosed || project.overlap >= MOST_OVERLAP}
            onChange={(event) => setMaxOverlap(event.target.checked ? Math.min(project.overlap + 2, MOST_OVERLAP) : null)}
            className="size-5 accent-accent desk:size-4"
          />
          <Trans>Ask more people where the first disagree</Trans>
        </label>
        {maxOverlap !== null && (
          <NumberField
            label={t`Answers an item at most`}
            hint={t`More than the ${project.overlap} that every item gets. Each is paid.`}
            error={errorAt(errors, "maxOverlap")}
            disabled={isClosed}
            value={maxOverlap}
            onChange={setMaxOverlap}
          />
        )}
        {asks(DRAWN) && (
          <>
            {share("match", t`The same thing from, in %`, t`The overlap from which two shapes are of one thing.`)}
            {share("overlap", t`Right from, in %`, t`The overlap that a shape needs to be right.`)}
          </>
        )}
        {asks(["TextField"]) && share("text", t`Text right from, in %`, t`How alike a text must be to be right.`)}
        {asks(["RatingField"]) && (
          <NumberField
            label={t`Points of a rating`}
            hint={t`By so many points it may differ and be right.`}
            error={errorAt(errors, "points")}
            disabled={isClosed}
            value={thresholds.points}
            onChange={(points) => setThresholds({ ...thresholds, points })}
          />
        )}
        {share("right", t`Answer right from, in %`, t`The share of each field that must be right.`)}
        {share("outlier", t`Clearly wrong below, in %`, t`What is between the two goes to a moderator.`)}
        {share("confidence", t`How sure the agreement must be, in %`, t`Below it, a moderator looks.`)}
        {tried?.of === of && <PreviewTable preview={tried.preview} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" kind="primary" isBusy={isBusy} disabled={isClosed}>
            <Trans>Save</Trans>
          </Button>
          <Button onClick={tryOut} isBusy={isTrying}>
            <Trans>Try on past answers</Trans>
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** Which limit cannot be tried, where it is one. */
function refusalOf(error: CombinedError): UserError | undefined {
  const { code, path } = (error.graphQLErrors[0]?.extensions ?? {}) as Partial<UserError>;
  if (!code || !(path?.[0] === "judging" || path?.[0] === "maxOverlap")) return undefined;
  return { code, path, message: error.graphQLErrors[0]?.message ?? "" };
}
