import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import type { Token } from "./documents";
import { SCOPES } from "./scopes";

export function TokenLine({
  token: { name, hint, scopes, lastUsedAt, expiresAt, createdAt },
  onRevoke,
}: {
  token: Token;
  onRevoke: () => void;
}) {
  const { i18n } = useLingui();
  const format = useFormat();
  const isExpired = expiresAt !== null && Date.parse(expiresAt) < Date.now();
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
      <div className="grid min-w-0 grow basis-60 gap-0.5">
        <p className="flex flex-wrap items-baseline gap-x-2 font-medium">
          {name}
          <code className="font-normal text-12 text-muted">{hint}…</code>
        </p>
        <p className="text-12 text-muted">{scopes.map((scope) => i18n._(SCOPES[scope].label)).join(" · ")}</p>
      </div>
      <p className="text-12 text-muted">
        {lastUsedAt ? <Trans>Last used {format.ago(lastUsedAt)}</Trans> : <Trans>Never used; made {format.day(createdAt)}</Trans>}
        <br />
        {expiresAt === null ? (
          <Trans>Does not expire</Trans>
        ) : isExpired ? (
          <span className="text-bad">
            <Trans>Expired {format.day(expiresAt)}</Trans>
          </span>
        ) : (
          <Trans>Until {format.day(expiresAt)}</Trans>
        )}
      </p>
      <Button size="small" kind="danger" onClick={onRevoke}>
        <Trans>Revoke</Trans>
      </Button>
    </li>
  );
}
