import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowUpRight } from "lucide-react";
import { useViewer } from "@/api/session";
import { LatestWithdrawals } from "@/areas/money/LatestWithdrawals";
import { ButtonLink } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { EarningsChart } from "./EarningsChart";
import { History } from "./History";

/** The four balances, thirty days, and every movement. */
export function Earnings() {
  const { t } = useLingui();
  const format = useFormat();
  const { wallet } = useViewer();
  const balances = [
    { name: t`Available`, money: wallet.available, hint: t`Approved; yours to withdraw.` },
    { name: t`Pending`, money: wallet.pending, hint: t`Waiting for verdicts.` },
    { name: t`On its way`, money: wallet.withdrawing, hint: t`Asked for, not paid out yet.` },
    { name: t`Withdrawn`, money: wallet.withdrawn, hint: t`Paid out so far.` },
  ];
  return (
    <Page
      title={t`Earnings`}
      lead={<Trans>What you have earned is yours, whatever happens to your account.</Trans>}
      aside={
        <ButtonLink to="/earnings/withdraw" kind="primary" className="w-full desk:w-auto">
          <ArrowUpRight className="size-4" aria-hidden />
          <Trans>Withdraw</Trans>
        </ButtonLink>
      }
    >
      <div className="grid grid-cols-1 gap-8">
        <Card>
          <dl className="grid grid-cols-2 divide-line desk:grid-cols-4 desk:divide-x">
            {balances.map(({ name, money, hint }, index) => (
              <div key={name} className={`grid content-start gap-1 p-4 ${index > 1 ? "border-line border-t desk:border-t-0" : ""}`}>
                <dt className="text-13 text-muted">{name}</dt>
                <dd className={index === 0 ? "font-semibold text-24" : "text-24"}>{format.money(money)}</dd>
                <dd className="text-12 text-muted">{hint}</dd>
              </div>
            ))}
          </dl>
        </Card>
        <LatestWithdrawals />
        <EarningsChart />
        <History />
      </div>
    </Page>
  );
}
