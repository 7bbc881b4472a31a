import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, OFFLINE, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { CREDIT, type Credited } from "./documents";

type Props = { organization: Credited | undefined; onClose: () => void; onCredited: (organization: Credited) => void };

/** Whose payment it is, and how much has arrived. */
export function CreditSheet({ organization, onClose, onCredited }: Props) {
  return (
    <Dialog isOpen={organization !== undefined} onClose={onClose} isSheet title={organization?.name ?? ""}>
      {organization && (
        <div key={organization.id} className="grid gap-6">
          <About organization={organization} />
          <Credit organization={organization} onCredited={onCredited} />
        </div>
      )}
    </Dialog>
  );
}

function About({ organization: { balance, members, createdAt } }: { organization: Credited }) {
  const format = useFormat();
  return (
    <dl className="grid gap-4">
      <div>
        <dt className="text-12 text-muted">
          <Trans>Balance, not yet set aside for a project</Trans>
        </dt>
        <dd className="font-semibold text-20">{balance && format.money(balance)}</dd>
      </div>
      <div className="grid gap-1">
        <dt className="text-12 text-muted">
          <Trans>Members</Trans>
        </dt>
        {(members ?? []).map(({ displayName, email }) => (
          <dd key={email} className="min-w-0">
            <span className="font-medium">{displayName}</span> <span className="break-all text-muted">{email}</span>
          </dd>
        ))}
      </div>
      <div>
        <dt className="text-12 text-muted">
          <Trans>Founded</Trans>
        </dt>
        <dd>{format.day(createdAt)}</dd>
      </div>
    </dl>
  );
}

function Credit({ organization, onCredited }: Pick<Props, "onCredited"> & { organization: Credited }) {
  const { t } = useLingui();
  const format = useFormat();
  const mutate = useMutate();
  const [amount, setAmount] = useState("");
  const [reference, setReference] = useState("");
  // The same payment credited twice, because no answer came, is credited once.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const plain = amount.trim().replace(",", ".");
  const money = /^\d+(\.\d{1,6})?$/.test(plain) ? format.money({ amount: plain, currency: "USD" }) : undefined;

  const change = (set: (text: string) => void, text: string) => {
    set(text);
    setKey(crypto.randomUUID());
  };
  const credit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem, errors } = await mutate(CREDIT, { organizationId: organization.id, amount: plain, reference, key });
    setBusy(false);
    setErrors(errors);
    setProblem(problem && !errorAt(errors, "amount") && !errorAt(errors, "reference") ? problem : undefined);
    if (!payload?.organization) return;
    onCredited(payload.organization);
    toast({
      tone: "good",
      title: (
        <Trans>
          {money} credited to {organization.name}
        </Trans>
      ),
    });
    change(setAmount, "");
    setReference("");
  };
  return (
    <form onSubmit={credit} className="grid gap-4 border-line border-t pt-4">
      <h3 className="text-14">
        <Trans>A payment has arrived</Trans>
      </h3>
      {problem && (
        <Notice>
          {problem.code === OFFLINE ? (
            <Trans>No answer from Tidemark. Try again: it is credited once, however often you do.</Trans>
          ) : (
            <ProblemText problem={problem} />
          )}
        </Notice>
      )}
      <TextField
        label={t`Amount in dollars`}
        error={errorAt(errors, "amount")}
        required
        inputMode="decimal"
        autoComplete="off"
        pattern="[0-9]+([.,][0-9]{1,6})?"
        value={amount}
        onChange={(event) => change(setAmount, event.target.value)}
      />
      <TextField
        label={t`Reference`}
        hint={t`The invoice or the transfer, so that the payment is found again. Goes on record.`}
        error={errorAt(errors, "reference")}
        required
        maxLength={120}
        autoComplete="off"
        value={reference}
        onChange={(event) => change(setReference, event.target.value)}
      />
      <Button type="submit" kind="primary" isBusy={isBusy}>
        {money ? <Trans>Credit {money}</Trans> : <Trans>Credit</Trans>}
      </Button>
    </form>
  );
}
