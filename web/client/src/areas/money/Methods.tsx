import { Trans, useLingui } from "@lingui/react/macro";
import type { Scalar } from "@/api/graphql";
import { useFormat } from "@/ui/format";
import type { Method } from "./documents";
import { useCoins } from "./words";

type Props = { methods: readonly Method[]; chosen: Scalar<"Coin">; onChoose: (coin: Scalar<"Coin">) => void };

/** The coins side by side, each with its terms as they stand now. */
export function Methods({ methods, chosen, onChoose }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const words = useCoins();
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{t`Coin`}</legend>
      <div className="grid gap-3 desk:grid-cols-2">
        {methods.map(({ coin, name, rate, fee, minimum }) => (
          <label
            key={coin}
            className="flex min-h-11 items-start gap-3 rounded-12 border border-line bg-surface p-4 transition-colors duration-120 has-checked:border-accent has-checked:bg-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="coin"
              checked={coin === chosen}
              onChange={() => onChoose(coin)}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span className="grid gap-1">
              <span className="font-semibold text-16">
                {name} <span className="font-normal text-13 text-muted">{coin}</span>
              </span>
              <span className="text-13 text-muted">
                {rate ? <Trans>{words.rate(rate)} for one</Trans> : <Trans>no rate just now</Trans>}
                {" · "}
                {Number(fee.amount) === 0 ? <Trans>no fee</Trans> : <Trans>fee {format.money(fee)}</Trans>}
                {" · "}
                <Trans>from {format.money(minimum)}</Trans>
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
