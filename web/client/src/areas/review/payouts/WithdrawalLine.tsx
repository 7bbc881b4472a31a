import { Trans, useLingui } from "@lingui/react/macro";
import { useCoins, WithdrawalPill } from "@/areas/money/words";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import type { Asked } from "./documents";

/** Whose, how much, to where, and how it stands. */
export function WithdrawalLine({ withdrawal, onDecide }: { withdrawal: Asked; onDecide: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const words = useCoins();
  const { amount, coin, coinAmount, address, state, heldUntil, holdReason, reason, requestedAt, requestedBy } = withdrawal;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="grid min-w-60 grow basis-0 gap-0.5">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{requestedBy.displayName}</span>
          <WithdrawalPill withdrawal={withdrawal} />
        </p>
        <p className="text-13">
          {format.money(amount)}
          {" · "}
          {coinAmount ? words.coins(coinAmount, coin) : coin}
          {" · "}
          <time dateTime={requestedAt} className="text-muted">
            {format.time(requestedAt)}
          </time>
        </p>
        <p className="break-all font-mono text-12 text-muted">{address}</p>
        {heldUntil && (
          <p className="text-13 text-warning">
            <Trans>
              Until {format.time(heldUntil)}: {holdReason}
            </Trans>
          </p>
        )}
        {reason && <p className="text-13 text-muted">{reason}</p>}
      </div>
      {state === "REQUESTED" && (
        <Button size="small" onClick={onDecide} aria-label={t`Decide about the withdrawal of ${requestedBy.displayName}`}>
          <Trans>Decide</Trans>
        </Button>
      )}
    </div>
  );
}
