import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, OFFLINE, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { FUND, type Progress, type Project } from "../documents";

/** The project's money, and a way to set more of the organization's aside for it. */
export function Funding({ project, progress }: { project: Project; progress: Progress | null }) {
  const format = useFormat();
  const { budget, organization } = project;
  return (
    <Card className="grid gap-4 p-4 desk:p-6">
      <h2 id="funding" className="text-16">
        <Trans>Money</Trans>
      </h2>
      <dl className="grid gap-2.5">
        {budget && <Line name={<Trans>Set aside, not yet spent</Trans>} value={format.money(budget)} isStrong />}
        {progress && <Line name={<Trans>Spent on approved answers</Trans>} value={format.money(progress.spent)} />}
        <Line name={<Trans>Price per 1,000 answers</Trans>} value={format.money(project.pricePerThousand)} />
        {organization.balance && <Line name={<Trans>Balance of {organization.name}</Trans>} value={format.money(organization.balance)} />}
      </dl>
      {project.state !== "CLOSED" && <FundForm project={project} progress={progress} />}
    </Card>
  );
}

function Line({ name, value, isStrong = false }: { name: React.ReactNode; value: string; isStrong?: boolean }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="text-13 text-muted">{name}</dt>
      <dd className={isStrong ? "font-semibold text-20" : "font-medium"}>{value}</dd>
    </div>
  );
}

/** What the answers that are still wanted cost beyond the money that is set aside, in dollars and cents, rounded up. */
function missingFor({ overlap, pricePerThousand, budget }: Project, progress: Progress | null): number {
  if (!progress) return 0;
  const wanted = Math.max(0, progress.items * overlap - progress.approved);
  const cents = (wanted * Number(pricePerThousand.amount)) / 10 - Number(budget?.amount ?? 0) * 100;
  // What is a fraction of a cent too much by the way that numbers are kept is none.
  return Math.max(0, Math.ceil(cents - 1e-6) / 100);
}

function FundForm({ project, progress }: { project: Project; progress: Progress | null }) {
  const { t } = useLingui();
  const format = useFormat();
  const mutate = useMutate();
  const [amount, setAmount] = useState("");
  // The same money asked for twice, because no answer came, is moved once.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const missing = missingFor(project, progress);
  const isPoor = Number(project.organization.balance?.amount ?? 0) <= 0;

  const change = (next: string) => {
    setAmount(next);
    setKey(crypto.randomUUID());
  };
  const fund = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem, errors } = await mutate(FUND, { projectId: project.id, amount: amount.trim().replace(",", "."), key });
    setBusy(false);
    setErrors(errors);
    setProblem(problem && !errorAt(errors, "amount") ? problem : undefined);
    if (payload) {
      toast({ tone: "good", title: <Trans>{format.money({ amount: amount.trim().replace(",", "."), currency: "USD" })} set aside</Trans> });
      change("");
    }
  };
  if (isPoor)
    return (
      <Notice tone="accent">
        <Trans>
          The balance is empty. It is credited when a payment of {project.organization.name} has arrived at Tidemark; it shows here by
          itself then.
        </Trans>
      </Notice>
    );
  return (
    <form onSubmit={fund} className="grid gap-3 border-line border-t pt-4">
      {problem && (
        <Notice>
          {problem.code === OFFLINE ? (
            <Trans>No answer from Tidemark. Try again: the money moves once, however often you do.</Trans>
          ) : (
            <ProblemText problem={problem} />
          )}
        </Notice>
      )}
      <TextField
        label={t`Set aside, in dollars`}
        hint={
          missing > 0
            ? t`All the answers that are still wanted cost ${format.money({ amount: missing.toFixed(2), currency: "USD" })} more.`
            : t`What is not spent comes back when the project is closed.`
        }
        error={errorAt(errors, "amount")}
        required
        inputMode="decimal"
        autoComplete="off"
        pattern="[0-9]+([.,][0-9]{1,6})?"
        value={amount}
        onChange={(event) => change(event.target.value)}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          <Trans>Set aside</Trans>
        </Button>
        {missing > 0 && (
          <Button kind="quiet" onClick={() => change(missing.toFixed(2))}>
            <Trans>All that is missing</Trans>
          </Button>
        )}
      </div>
    </form>
  );
}
