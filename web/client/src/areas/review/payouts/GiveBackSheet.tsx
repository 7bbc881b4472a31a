import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { AreaField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { type Batch, GIVE_BACK } from "./documents";

type Props = { batch: Batch | undefined; onClose: () => void; onDone: () => void };

/** Before a batch in conflict is ordered back: what must be true, what will happen, and why. */
export function GiveBackSheet({ batch, onClose, onDone }: Props) {
  return (
    <Dialog isOpen={batch !== undefined} onClose={onClose} isSheet title={<Trans>Give a batch back</Trans>}>
      {batch && <Order key={batch.id} batch={batch} onDone={onDone} />}
    </Dialog>
  );
}

function Order({ batch, onDone }: { batch: Batch; onDone: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const mutate = useMutate();
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem, errors } = await mutate(GIVE_BACK, { batchId: batch.id, reason });
    setBusy(false);
    setProblem(problem);
    setErrors(errors);
    if (!payload?.batch) return;
    toast({ tone: "good", title: t`Ordered; it is done once nothing can pay the batch any more` });
    onDone();
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <p className="break-all rounded-8 bg-ground p-3 font-mono text-12">{batch.txid}</p>
      <ol className="grid list-decimal gap-2 pl-5 text-13">
        <li>
          <Trans>Find out what spent its coins, as the runbook says. If it was not us, somebody else has the keys.</Trans>
        </li>
        <li>
          <Trans>
            Order it here. The worker asks the node, and does it once the other transaction lies 100 blocks deep. If the payment gets into
            the chain after all, it is paid, and nothing is given back.
          </Trans>
        </li>
        <li>
          <Plural
            value={batch.withdrawals}
            one={`Then its # withdrawal fails, and ${format.money(batch.amount)} is back in the balance.`}
            other={`Then its # withdrawals fail, and ${format.money(batch.amount)} is back in their balances.`}
          />
        </li>
      </ol>
      {problem && !errorAt(errors, "reason") && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
      <AreaField
        label={t`Reason`}
        hint={t`Goes on record, and is shown to them.`}
        required
        maxLength={1_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={errorAt(errors, "reason")}
      />
      <Button type="submit" kind="danger" isBusy={isBusy}>
        <Trans>Order it</Trans>
      </Button>
    </form>
  );
}
