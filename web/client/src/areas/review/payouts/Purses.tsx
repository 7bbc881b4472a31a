import { Trans } from "@lingui/react/macro";
import { CircleAlert, Wallet } from "lucide-react";
import type { ReactNode } from "react";
import { COINS, useCoins } from "@/areas/money/words";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Empty, Notice } from "@/ui/States";
import { classes } from "@/ui/words";
import type { HotWallet } from "./documents";

/** What each coin's payouts go from: what the ledger says is in it, what its node counts, and what keeps it from paying. */
export function Purses({ wallets }: { wallets: readonly HotWallet[] }) {
  if (wallets.length === 0)
    return (
      <Card>
        <Empty icon={<Wallet aria-hidden />} title={<Trans>No node is connected</Trans>}>
          <Trans>Withdrawals can be requested and wait. The worker needs the address of a node: see the runbook.</Trans>
        </Empty>
      </Card>
    );
  return (
    <section className="grid gap-3">
      {wallets
        .filter(({ problem }) => problem)
        .map(({ coin, problem, needsHuman, problemSince }) => (
          <Problem key={coin} name={COINS[coin]} since={problemSince} needsHuman={needsHuman}>
            {problem}
          </Problem>
        ))}
      <h2 className="text-16">
        <Trans>Hot wallets</Trans>
      </h2>
      <div className="grid gap-3 desk:grid-cols-2">
        {wallets.map((wallet) => (
          <Purse key={wallet.coin} wallet={wallet} />
        ))}
      </div>
    </section>
  );
}

type ProblemProps = { name: string; since: string | null; needsHuman: boolean; children: ReactNode };

function Problem({ name, since, needsHuman, children }: ProblemProps) {
  const format = useFormat();
  return (
    <Notice tone={needsHuman ? "bad" : "warning"}>
      <p className="flex items-center gap-2 font-medium">
        <CircleAlert className="size-4 shrink-0" aria-hidden />
        {needsHuman ? <Trans>{name} waits for a human</Trans> : <Trans>{name} waits, and goes on by itself</Trans>}
      </p>
      <p className="break-words">{children}</p>
      {since && (
        <p className="text-12">
          <Trans>Since {format.time(since)}</Trans>
        </p>
      )}
    </Notice>
  );
}

function Purse({ wallet: { coin, accountBalance, nodeBalance, checkedAt } }: { wallet: HotWallet }) {
  const format = useFormat();
  const { coins } = useCoins();
  const isApart = nodeBalance !== null && Number(nodeBalance) !== Number(accountBalance);
  return (
    <Card className="grid gap-3 p-4">
      <h3 className="flex items-baseline justify-between gap-3">
        {COINS[coin]}
        {checkedAt && (
          <span className="font-normal text-12 text-muted">
            <Trans>
              asked <time dateTime={checkedAt}>{format.ago(checkedAt)}</time>
            </Trans>
          </span>
        )}
      </h3>
      <dl className="grid grid-cols-2 gap-3">
        <div className="grid gap-0.5">
          <dt className="text-12 text-muted">
            <Trans>By the ledger</Trans>
          </dt>
          <dd className="font-medium">{coins(accountBalance, coin)}</dd>
        </div>
        <div className="grid gap-0.5">
          <dt className="text-12 text-muted">
            <Trans>By the node</Trans>
          </dt>
          <dd className={classes("font-medium", isApart && "text-warning")}>{nodeBalance === null ? "–" : coins(nodeBalance, coin)}</dd>
        </div>
      </dl>
      {isApart && (
        <p className="text-12 text-muted">
          <Trans>While a batch is under way, the node is ahead of the ledger.</Trans>
        </p>
      )}
    </Card>
  );
}
