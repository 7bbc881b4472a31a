import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Receipt } from "lucide-react";
import { useState } from "react";
import { graphql, type ResultOf, type Scalar } from "@/api/graphql";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { PagedList, usePaged } from "@/ui/PagedList";
import { Empty } from "@/ui/States";
import { classes } from "@/ui/words";

const HISTORY = graphql(`
  query History($kinds: [TransactionKind!], $after: String) {
    viewer {
      id
      wallet {
        transactions(first: 25, after: $after, kinds: $kinds) {
          edges {
            cursor
            node { id kind pendingDelta availableDelta withdrawingDelta withdrawnDelta createdAt annotation { id project { id title } } withdrawal { id coin } }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`);

type Kind = Scalar<"TransactionKind">;
type Transaction = NonNullable<ResultOf<typeof HISTORY>["viewer"]>["wallet"]["transactions"]["edges"][number]["node"];
type Chosen = "all" | "earned" | "approved" | "rejected" | "withdrawals";

const KINDS: Record<Chosen, Kind[] | null> = {
  all: null,
  earned: ["EARNED"],
  approved: ["APPROVED", "APPEAL_WON"],
  rejected: ["REJECTED"],
  withdrawals: ["WITHDRAWAL_REQUESTED", "WITHDRAWAL_RETURNED", "WITHDRAWN"],
};

/** Every movement, latest first; their sums are the balances. */
export function History() {
  const { t } = useLingui();
  const [chosen, setChosen] = useState<Chosen>("all");
  const list = usePaged(HISTORY, { kinds: KINDS[chosen] }, ({ viewer }) => viewer?.wallet.transactions);
  const options: [Chosen, string][] = [
    ["all", t`All`],
    ["earned", t`Earned`],
    ["approved", t`Approved`],
    ["rejected", t`Rejected`],
    ["withdrawals", t`Withdrawals`],
  ];
  return (
    <section className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-16">
          <Trans>History</Trans>
        </h2>
        <Filters label={t`Show`} options={options} chosen={chosen} onChoose={setChosen} />
      </div>
      <PagedList
        list={list}
        waiting={{ count: 5, className: "h-14" }}
        empty={
          <Empty icon={<Receipt aria-hidden />} title={<Trans>Nothing here yet</Trans>}>
            <Trans>Every annotation that you submit shows up here at once.</Trans>
          </Empty>
        }
      >
        {(transaction) => <Movement transaction={transaction} />}
      </PagedList>
    </section>
  );
}

function Movement({ transaction }: { transaction: Transaction }) {
  const { t } = useLingui();
  const format = useFormat();
  const names: Record<Kind, string> = {
    EARNED: t`Submitted`,
    APPROVED: t`Approved`,
    REJECTED: t`Not accepted`,
    APPEAL_WON: t`Appeal won`,
    WITHDRAWAL_REQUESTED: t`Withdrawal requested`,
    WITHDRAWAL_RETURNED: t`Withdrawal returned`,
    WITHDRAWN: t`Withdrawn`,
    ADJUSTED: t`Adjusted`,
  };
  const { kind, annotation, withdrawal, availableDelta, pendingDelta, withdrawnDelta, createdAt } = transaction;
  const isAvailable = Number(availableDelta) !== 0;
  const isWithdrawn = Number(withdrawnDelta) !== 0;
  const amount = isAvailable ? availableDelta : isWithdrawn ? withdrawnDelta : pendingDelta;
  const body = (
    <>
      <span className="grid min-w-0 grow gap-0.5">
        <span className="font-medium">{names[kind]}</span>
        <span className="truncate text-12 text-muted">
          {annotation ? `${annotation.project.title} · ` : ""}
          <time dateTime={createdAt}>{format.time(createdAt)}</time>
        </span>
      </span>
      <span className="grid shrink-0 justify-items-end gap-0.5">
        <span className={classes("font-medium", isAvailable && Number(amount) > 0 && "text-good", Number(amount) < 0 && "text-muted")}>
          {format.change(amount)}
        </span>
        <span className="text-12 text-muted">{isAvailable ? t`available` : isWithdrawn ? t`withdrawn` : t`pending`}</span>
      </span>
    </>
  );
  const layout = "flex min-h-14 items-center gap-4 px-4 py-2.5";
  const pressed = `${layout} transition-colors duration-120 hover:bg-ground`;
  if (annotation)
    return (
      <Link to="/reports/$annotationId" params={{ annotationId: annotation.id }} className={pressed}>
        {body}
      </Link>
    );
  if (withdrawal)
    return (
      <Link to="/earnings/withdrawals/$withdrawalId" params={{ withdrawalId: withdrawal.id }} className={pressed}>
        {body}
      </Link>
    );
  return <div className={layout}>{body}</div>;
}
