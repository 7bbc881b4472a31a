import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowDownToLine, ArrowUpRight, Banknote } from "lucide-react";
import { useState } from "react";
import { useClient } from "urql";
import type { Scalar } from "@/api/graphql";
import { problemOf } from "@/api/problem";
import type { Withdrawal } from "@/api/withdrawal";
import { Back } from "@/ui/Back";
import { Button, ButtonLink } from "@/ui/Button";
import { Filters } from "@/ui/Filters";
import { Page } from "@/ui/Page";
import { PagedList, usePaged } from "@/ui/PagedList";
import { Empty } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { MY_WITHDRAWALS } from "./documents";
import { table } from "./table";
import { WithdrawalRow } from "./WithdrawalRow";
import type { State } from "./words";

type Chosen = "all" | "open" | "paid" | "ended";
const STATES: Record<Chosen, State[] | null> = {
  all: null,
  open: ["REQUESTED", "PROCESSING", "SENT"],
  paid: ["CONFIRMED"],
  ended: ["CANCELLED", "FAILED"],
};
const A_PAGE = 20;
const MOST_A_PAGE = 100;

/** Everything that was ever asked for, latest first. */
export function WithdrawalsPage() {
  const { t } = useLingui();
  const [chosen, setChosen] = useState<Chosen>("all");
  const [coin, setCoin] = useState<Scalar<"Coin"> | "both">("both");
  const filter = { states: STATES[chosen], coin: coin === "both" ? null : coin };
  const list = usePaged(MY_WITHDRAWALS, { first: A_PAGE, ...filter }, ({ viewer }) => viewer?.withdrawals);
  return (
    <Page
      title={t`Withdrawals`}
      lead={<Trans>Each with its steps, coins and transaction.</Trans>}
      aside={
        <ButtonLink to="/earnings/withdraw" kind="primary" className="w-full desk:w-auto">
          <ArrowUpRight className="size-4" aria-hidden />
          <Trans>Withdraw</Trans>
        </ButtonLink>
      }
    >
      <Back to="/earnings">
        <Trans>Earnings</Trans>
      </Back>
      <div className="grid gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <Filters<Chosen>
            label={t`Show`}
            options={[
              ["all", t`All`],
              ["open", t`On their way`],
              ["paid", t`Confirmed`],
              ["ended", t`Ended`],
            ]}
            chosen={chosen}
            onChoose={setChosen}
          />
          <Filters<Scalar<"Coin"> | "both">
            label={t`Coin`}
            options={[
              ["both", t`Both coins`],
              ["LTC", "LTC"],
              ["BCH", "BCH"],
            ]}
            chosen={coin}
            onChoose={setCoin}
          />
          <Download filter={filter} />
        </div>
        <PagedList
          list={list}
          waiting={{ count: 5, className: "h-16" }}
          empty={
            <Empty icon={<Banknote aria-hidden />} title={<Trans>No withdrawals here</Trans>}>
              <Trans>What you ask for is listed here, with every step that it takes.</Trans>
            </Empty>
          }
        >
          {(withdrawal) => <WithdrawalRow withdrawal={withdrawal} />}
        </PagedList>
      </div>
    </Page>
  );
}

type Filter = { states: State[] | null; coin: Scalar<"Coin"> | null };

/** All pages of what is shown, as a file. */
function Download({ filter }: { filter: Filter }) {
  const { t } = useLingui();
  const client = useClient();
  const [isBusy, setBusy] = useState(false);
  const read = async (): Promise<Withdrawal[]> => {
    const all: Withdrawal[] = [];
    let after: string | null = null;
    do {
      const variables: Filter & { first: number; after: string | null } = { ...filter, first: MOST_A_PAGE, after };
      const { data, error } = await client.query(MY_WITHDRAWALS, variables, { requestPolicy: "network-only" }).toPromise();
      const page = data?.viewer?.withdrawals;
      if (error || !page) throw error ?? new Error("nobody is signed in");
      // The cache joins the pages: a withdrawal that came in an earlier one is there already.
      const known = new Set(all.map(({ id }) => id));
      all.push(...page.edges.map(({ node }) => node).filter(({ id }) => !known.has(id)));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    return all;
  };
  const download = async () => {
    setBusy(true);
    try {
      save(table(await read()), "tidemark-withdrawals.csv");
    } catch (error) {
      const message =
        error && typeof error === "object" && "graphQLErrors" in error ? problemOf(error as Parameters<typeof problemOf>[0]).message : "";
      toast({ tone: "bad", title: message || t`No answer from Tidemark. Try again.` });
    }
    setBusy(false);
  };
  return (
    <Button size="small" isBusy={isBusy} onClick={download} className="ml-auto">
      {!isBusy && <ArrowDownToLine className="size-4" aria-hidden />}
      <Trans>Download as CSV</Trans>
    </Button>
  );
}

function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
