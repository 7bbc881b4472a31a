import { Link } from "@tanstack/react-router";
import type { Withdrawal } from "@/api/withdrawal";
import { useFormat } from "@/ui/format";
import { COINS, useCoins, WithdrawalPill } from "./words";

/** One in a list; it leads to its page. */
export function WithdrawalRow({ withdrawal }: { withdrawal: Withdrawal }) {
  const format = useFormat();
  const words = useCoins();
  const { id, coin, amount, coinAmount, requestedAt } = withdrawal;
  return (
    <Link
      to="/earnings/withdrawals/$withdrawalId"
      params={{ withdrawalId: id }}
      className="flex min-h-16 items-center gap-4 px-4 py-2.5 transition-colors duration-120 hover:bg-ground"
    >
      <span className="grid min-w-0 grow gap-0.5">
        <span className="font-medium">{format.money(amount)}</span>
        <span className="truncate text-12 text-muted">
          {coinAmount ? words.coins(coinAmount, coin) : COINS[coin]}
          {" · "}
          <time dateTime={requestedAt}>{format.time(requestedAt)}</time>
        </span>
      </span>
      <WithdrawalPill withdrawal={withdrawal} />
    </Link>
  );
}
