import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutate } from "@/api/mutate";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Decision } from "../Decision";
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
  const says = (
    <ol className="grid list-decimal gap-2 pl-5 text-ink">
      <li>
        <Trans>Find out what spent its coins, as the runbook says. If it was not us, somebody else has the keys.</Trans>
      </li>
      <li>
        <Trans>
          Order it here. The worker asks the node, and does it once the other transaction lies 100 blocks deep. If the payment gets into the
          chain after all, it is paid, and nothing is given back.
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
  );
  const done = t`Ordered; it is done once nothing can pay the batch any more`;
  return (
    <div className="grid gap-4">
      <p className="break-all rounded-8 bg-ground p-3 font-mono text-12">{batch.txid}</p>
      <Decision
        acts={[{ key: "ORDER", name: t`Order it`, says, done, isKind: false }]}
        decide={(_, reason) => mutate(GIVE_BACK, { batchId: batch.id, reason })}
        onDone={onDone}
      />
    </div>
  );
}
