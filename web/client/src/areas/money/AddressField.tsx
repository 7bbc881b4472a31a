import { Trans, useLingui } from "@lingui/react/macro";
import { BadgeCheck } from "lucide-react";
import { AreaField } from "@/ui/Field";
import type { Method } from "./documents";
import type { AddressCheck } from "./useAddressCheck";

type Props = { method: Method; address: string; check: AddressCheck; error: string | undefined; onChange: (address: string) => void };

/** Where the coins go: checked by its looks at once, by the server when the typing rests. */
export function AddressField({ method, address, check, error, onChange }: Props) {
  const { t, i18n } = useLingui();
  const { name } = method;
  // The server says "ltc1, L or M".
  const addressStarts = new Intl.ListFormat(i18n.locale, { type: "disjunction" }).format(method.addressStarts.split(/, | or /));
  const wrong = {
    foreign: t`This does not look like an address of ${name}: one begins with ${addressStarts}.`,
    refused: check.kind === "refused" ? check.told : undefined,
    none: undefined,
    unfinished: undefined,
    waiting: undefined,
    unknown: undefined,
    good: undefined,
  }[check.kind];
  return (
    <div className="grid gap-1.5">
      <AreaField
        label={t`${name} address`}
        hint={t`Begins with ${addressStarts}. Copy it from your wallet; what goes to a wrong one cannot be called back.`}
        error={wrong ?? error}
        rows={2}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        maxLength={200}
        className="font-mono"
        value={address}
        onChange={(event) => onChange(event.target.value)}
      />
      <p aria-live="polite" className="flex items-center gap-1.5 text-12 text-good empty:hidden">
        {check.kind === "good" && (
          <>
            <BadgeCheck className="size-4 shrink-0" aria-hidden />
            <span className="min-w-0 break-all">
              {check.told === address.trim() ? <Trans>A valid {name} address</Trans> : <Trans>Valid; it is paid as {check.told}</Trans>}
            </span>
          </>
        )}
      </p>
    </div>
  );
}
