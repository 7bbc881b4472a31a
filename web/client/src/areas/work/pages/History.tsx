import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Receipt } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql, type ResultOf, type Scalar } from "@/api/graphql";
import { problemOf } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { classes } from "@/ui/words";

const HISTORY = graphql(`
  query History($kinds: [TransactionKind!], $after: String) {
    viewer {
      id
      wallet {
        transactions(first: 25, after: $after, kinds: $kinds) {
          edges {
            cursor
            node { id kind pendingDelta availableDelta withdrawingDelta withdrawnDelta createdAt annotation { id project { id title } } }
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
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, again] = useQuery({ query: HISTORY, variables: { kinds: KINDS[chosen], after } });
  const page = data?.viewer?.wallet.transactions;
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
        <Filters
          label={t`Show`}
          options={options}
          chosen={chosen}
          onChoose={(next) => {
            setChosen(next);
            setAfter(null);
          }}
        />
      </div>
      {error && !page && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
      {!page && !error && <Rows count={5} className="h-14" />}
      {page && (
        <Card>
          {page.edges.length === 0 ? (
            <Empty icon={<Receipt aria-hidden />} title={<Trans>Nothing here yet</Trans>}>
              <Trans>Every annotation that you submit shows up here at once.</Trans>
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {page.edges.map(({ node }) => (
                <li key={node.id}>
                  <Movement transaction={node} />
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
      {page?.pageInfo.hasNextPage && (
        <Button onClick={() => setAfter(page.pageInfo.endCursor)} isBusy={fetching}>
          <Trans>Show more</Trans>
        </Button>
      )}
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
  const { kind, annotation, availableDelta, pendingDelta, createdAt } = transaction;
  const isAvailable = Number(availableDelta) !== 0;
  const amount = isAvailable ? availableDelta : pendingDelta;
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
        <span className="text-12 text-muted">{isAvailable ? t`available` : t`pending`}</span>
      </span>
    </>
  );
  const layout = "flex min-h-14 items-center gap-4 px-4 py-2.5";
  if (!annotation) return <div className={layout}>{body}</div>;
  return (
    <Link
      to="/reports/$annotationId"
      params={{ annotationId: annotation.id }}
      className={`${layout} transition-colors duration-120 hover:bg-ground`}
    >
      {body}
    </Link>
  );
}
