import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { ExternalLink, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { useQuery } from "urql";
import { useMutate } from "@/api/mutate";
import { problemOf } from "@/api/problem";
import type { Withdrawal } from "@/api/withdrawal";
import { Back } from "@/ui/Back";
import { Button, ButtonLink } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Notice, ProblemText, Rows } from "@/ui/States";
import { toast } from "@/ui/toasts";

import { Copied } from "./Copied";
import { CANCEL, METHODS, ONE_WITHDRAWAL } from "./documents";
import { Steps } from "./Steps";
import { COINS, useCoins, WithdrawalPill } from "./words";

/** One withdrawal, step by step, as it goes. */
export function WithdrawalPage() {
  const { t } = useLingui();
  const { withdrawalId } = useParams({ from: "/signed-in/earnings/withdrawals/$withdrawalId" });
  const [{ data, error, fetching }, again] = useQuery({ query: ONE_WITHDRAWAL, variables: { id: withdrawalId } });
  const withdrawal = data?.node?.__typename === "Withdrawal" ? data.node : undefined;
  return (
    <Page isNarrow title={t`Withdrawal`} aside={withdrawal && <WithdrawalPill withdrawal={withdrawal} />}>
      <Back to="/earnings/withdrawals">
        <Trans>All withdrawals</Trans>
      </Back>
      {error && !data && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
      {!data && !error && <Rows count={3} className="h-32" />}
      {data && !withdrawal && !fetching && <Empty icon={<SearchX aria-hidden />} title={<Trans>There is no such withdrawal</Trans>} />}
      {withdrawal && <Shown withdrawal={withdrawal} />}
    </Page>
  );
}

function Shown({ withdrawal }: { withdrawal: Withdrawal }) {
  const { state } = withdrawal;
  return (
    <div className="grid gap-4">
      {state === "REQUESTED" && <Waiting withdrawal={withdrawal} />}
      <Card className="p-4 pb-0 desk:p-6 desk:pb-2">
        <Steps withdrawal={withdrawal} />
      </Card>
      <Figures withdrawal={withdrawal} />
      <div className="flex flex-wrap gap-2">
        {state === "REQUESTED" && <Cancel withdrawal={withdrawal} />}
        <ButtonLink to="/help/tickets/new" search={{ about: withdrawal.id }} kind="quiet">
          <Trans>Get help with this withdrawal</Trans>
        </ButtonLink>
      </div>
    </div>
  );
}

/** What it waits for: a look of ours, or the next batch and whatever keeps that. */
function Waiting({ withdrawal: { coin, heldUntil, holdReason } }: { withdrawal: Withdrawal }) {
  const format = useFormat();
  const [{ data }] = useQuery({ query: METHODS, requestPolicy: "cache-and-network" });
  const method = data?.payoutMethods.find((each) => each.coin === coin);
  if (heldUntil)
    return (
      <Notice tone="warning">
        <p className="font-medium">
          <Trans>Held until {format.time(heldUntil)}</Trans>
        </p>
        <p>{holdReason}</p>
      </Notice>
    );
  if (!method) return null;
  return (
    <Notice tone={method.waiting ? "warning" : "accent"}>
      {method.waiting ?? <Trans>The next batch goes on {format.time(method.nextBatchAt)}.</Trans>}
    </Notice>
  );
}

function Figures({ withdrawal }: { withdrawal: Withdrawal }) {
  const { t } = useLingui();
  const format = useFormat();
  const { coins, rate } = useCoins();
  const { coin, amount, fee, coinAmount, address, txid, explorerUrl } = withdrawal;
  return (
    <Card className="p-4 desk:p-6">
      <dl className="grid gap-3">
        <Line name={<Trans>Amount</Trans>}>{format.money(amount)}</Line>
        <Line name={<Trans>Fee</Trans>}>{Number(fee.amount) === 0 ? <Trans>none</Trans> : format.money(fee)}</Line>
        {coinAmount && <Line name={<Trans>Coins</Trans>}>{coins(coinAmount, coin)}</Line>}
        {withdrawal.rate && <Line name={<Trans>Rate</Trans>}>{t`${rate(withdrawal.rate)} for 1 ${coin}`}</Line>}
        <Long name={<Trans>{COINS[coin]} address</Trans>}>
          <Copied text={address} label={t`Copy the address`} />
        </Long>
        {txid && (
          <Long name={<Trans>Transaction</Trans>}>
            <Copied text={txid} label={t`Copy the transaction`} />
            {explorerUrl && (
              <a
                href={explorerUrl}
                target="_blank"
                rel="noopener noreferrer"
                className="inline-flex min-h-11 items-center gap-1.5 text-accent underline underline-offset-2"
              >
                <Trans>See it in a block explorer</Trans>
                <ExternalLink className="size-3.5" aria-hidden />
              </a>
            )}
          </Long>
        )}
      </dl>
    </Card>
  );
}

function Line({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="text-13 text-muted">{name}</dt>
      <dd className="text-right font-medium">{children}</dd>
    </div>
  );
}

function Long({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="grid gap-1 border-line border-t pt-3">
      <dt className="text-13 text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Cancel({ withdrawal }: { withdrawal: Withdrawal }) {
  const { t } = useLingui();
  const format = useFormat();
  const mutate = useMutate();
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    const { problem } = await mutate(CANCEL, { withdrawalId: withdrawal.id });
    setBusy(false);
    setAsked(false);
    if (problem) toast({ tone: "bad", title: <ProblemText problem={problem} /> });
    else toast({ tone: "good", title: t`Cancelled; ${format.money(withdrawal.amount)} is back in your balance` });
  };
  return (
    <>
      <Button kind="danger" onClick={() => setAsked(true)}>
        <Trans>Cancel the withdrawal</Trans>
      </Button>
      <Dialog isOpen={isAsked} onClose={() => setAsked(false)} title={<Trans>Cancel this withdrawal?</Trans>}>
        <div className="grid gap-4">
          <p>
            <Trans>{format.money(withdrawal.amount)} goes back to your available balance at once.</Trans>
          </p>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsked(false)}>
              <Trans>Keep it</Trans>
            </Button>
            <Button kind="danger" isBusy={isBusy} onClick={cancel}>
              <Trans>Cancel it</Trans>
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
