import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useViewer } from "@/api/session";
import { Card } from "@/ui/Page";
import { Loading, Skeleton } from "@/ui/States";
import { MY_WITHDRAWALS } from "./documents";
import { WithdrawalRow } from "./WithdrawalRow";

const A_FEW = 3;

/** The latest few, for the page of earnings; nothing where there is none. */
export function LatestWithdrawals() {
  const { wallet } = useViewer();
  const [{ data, error }] = useQuery({ query: MY_WITHDRAWALS, variables: { first: A_FEW, after: null, states: null, coin: null } });
  const latest = data?.viewer?.withdrawals.edges.slice(0, A_FEW).map(({ node }) => node) ?? [];
  const hasWithdrawn = [wallet.withdrawing, wallet.withdrawn].some(({ amount }) => Number(amount) > 0);
  if (!data && !error && hasWithdrawn) return <Room />;
  if (latest.length === 0) return null;
  return (
    <section className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-16">
          <Trans>Withdrawals</Trans>
        </h2>
        <Link to="/earnings/withdrawals" className="inline-flex min-h-11 items-center text-13 text-accent underline underline-offset-2">
          <Trans>All withdrawals</Trans>
        </Link>
      </div>
      <Card className="overflow-hidden">
        <ul className="divide-y divide-line">
          {latest.map((withdrawal) => (
            <li key={withdrawal.id}>
              <WithdrawalRow withdrawal={withdrawal} />
            </li>
          ))}
        </ul>
      </Card>
    </section>
  );
}

/** Held while two or so are on their way, so that the chart beneath does not jump. */
function Room() {
  return (
    <Loading>
      <Skeleton className="h-[164px]" />
    </Loading>
  );
}
