import { Trans, useLingui } from "@lingui/react/macro";
import { OFFLINE, type Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { dollars, inCoins, micros } from "./amounts";
import type { Method } from "./documents";
import { useCoins } from "./words";

type Props = {
  method: Method;
  amount: bigint;
  address: string;
  problem: Problem | undefined;
  isBusy: boolean;
  onConfirm: () => void;
  onClose: () => void;
};

/** All of it once more before the money is set aside. */
export function Confirm({ method, amount, address, problem, isBusy, onConfirm, onClose }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const words = useCoins();
  const { coin, name, fee, rate } = method;
  const total = format.money({ amount: dollars(amount), currency: fee.currency });
  const estimate = rate && inCoins(amount, micros(fee.amount) ?? 0n, rate);
  return (
    <Dialog isOpen onClose={onClose} title={t`Withdraw ${total}?`}>
      <div className="grid gap-4">
        <p>
          <Trans>
            {total} leaves your available balance now and is paid in {name} with the next batch.
          </Trans>{" "}
          {Number(fee.amount) === 0 ? <Trans>There is no fee.</Trans> : <Trans>The fee is {format.money(fee)}.</Trans>}{" "}
          {estimate && <Trans>At the rate of now that is {words.coins(estimate, coin)}; the rate of the batch counts.</Trans>}
        </p>
        <div className="grid gap-1.5">
          <p className="text-13 text-muted">
            <Trans>Compare the address with your wallet, at least its beginning and its end:</Trans>
          </p>
          <p className="break-all rounded-8 bg-ground p-3 font-mono">{address}</p>
        </div>
        {problem && (
          <Notice>
            {problem.code === OFFLINE ? (
              <Trans>No answer from Tidemark. Try again: it is withdrawn once, however often you do.</Trans>
            ) : (
              <ProblemText problem={problem} />
            )}
          </Notice>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>
            <Trans>Change something</Trans>
          </Button>
          <Button kind="primary" isBusy={isBusy} onClick={onConfirm}>
            <Trans>Withdraw {total}</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
