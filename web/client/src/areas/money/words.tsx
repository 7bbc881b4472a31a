import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useMemo } from "react";
import type { Scalar } from "@/api/graphql";
import type { Withdrawal } from "@/api/withdrawal";
import { classes } from "@/ui/words";

export type State = Scalar<"WithdrawalState">;
export const COINS: Record<Scalar<"Coin">, string> = { LTC: "Litecoin", BCH: "Bitcoin Cash" };

/** Coins and rates as the chosen language writes them. */
export function useCoins() {
  const { i18n } = useLingui();
  return useMemo(() => {
    const exact = new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 8 });
    const rate = new Intl.NumberFormat(i18n.locale, { style: "currency", currency: "USD", maximumFractionDigits: 6 });
    return {
      coins: (amount: string, coin: Scalar<"Coin">) => `${exact.format(amount as unknown as number)} ${coin}`,
      rate: (dollars: string) => rate.format(dollars as unknown as number),
    };
  }, [i18n.locale]);
}

/** Where a withdrawal stands, in a word. */
export function WithdrawalPill({ withdrawal: { state, heldUntil } }: { withdrawal: Pick<Withdrawal, "state" | "heldUntil"> }) {
  const { tone, word } = heldUntil ? { tone: "text-warning", word: <Trans>Held</Trans> } : PILLS[state];
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1.5 whitespace-nowrap rounded-full border border-line px-2.5 py-0.5 font-medium text-12",
        tone,
      )}
    >
      <span className="size-1.5 rounded-full bg-current" aria-hidden />
      {word}
    </span>
  );
}

const PILLS: Record<State, { tone: string; word: ReactNode }> = {
  REQUESTED: { tone: "text-muted", word: <Trans>Requested</Trans> },
  PROCESSING: { tone: "text-accent", word: <Trans>In a batch</Trans> },
  SENT: { tone: "text-accent", word: <Trans>Sent</Trans> },
  CONFIRMED: { tone: "text-good", word: <Trans>Confirmed</Trans> },
  CANCELLED: { tone: "text-muted", word: <Trans>Cancelled</Trans> },
  FAILED: { tone: "text-bad", word: <Trans>Failed</Trans> },
};
