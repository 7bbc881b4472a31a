import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Filters } from "@/ui/Filters";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Loading, Notice, ProblemText, Rows, Skeleton } from "@/ui/States";
import { More } from "../More";
import { usePages } from "../usePages";
import { Batches } from "./Batches";
import { DecideSheet } from "./DecideSheet";
import { ALL_WITHDRAWALS, type Asked } from "./documents";
import { Purses } from "./Purses";
import { useFresh, usePurses } from "./usePurses";
import { WithdrawalLine } from "./WithdrawalLine";

type Chosen = "held" | "waiting" | "all";
const FILTERS = {
  held: { held: true, state: null },
  waiting: { held: null, state: "REQUESTED" },
  all: { held: null, state: null },
} as const;

/** Money on its way out: the purses, what waits for somebody, the batches. */
export function PayoutsPage() {
  const { t } = useLingui();
  const { wallets, turn, problem } = usePurses();
  const [chosen, setChosen] = useState<Chosen>("held");
  const [shown, setShown] = useState<Asked>();
  const asked = usePages(ALL_WITHDRAWALS, FILTERS[chosen], ({ withdrawals }) => withdrawals);
  useFresh(asked, turn);
  return (
    <Page title={t`Payouts`} lead={<Trans>What is on its way out, and what keeps it. Every act here is on record.</Trans>}>
      <div className="grid gap-8">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        {wallets && <Purses wallets={wallets} />}
        {!wallets && !problem && (
          <Loading>
            <Skeleton className="h-[245px] desk:h-[125px]" />
          </Loading>
        )}
        <section className="grid gap-3">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <h2 className="text-16">
              <Trans>Withdrawals</Trans>
            </h2>
            <Filters<Chosen>
              label={t`Show`}
              options={[
                ["held", t`Held`],
                ["waiting", t`Requested`],
                ["all", t`All`],
              ]}
              chosen={chosen}
              onChoose={setChosen}
            />
          </div>
          {asked.problem && !asked.nodes && <Failed problem={asked.problem} retry={asked.again} />}
          {!asked.nodes && !asked.problem && <Rows count={3} className="h-16" />}
          {asked.nodes && (
            <Card className="overflow-hidden">
              {asked.nodes.length === 0 ? (
                <Empty title={chosen === "held" ? <Trans>Nothing is held</Trans> : <Trans>No withdrawals here</Trans>} />
              ) : (
                <ul className="divide-y divide-line">
                  {asked.nodes.map((withdrawal) => (
                    <li key={withdrawal.id}>
                      <WithdrawalLine withdrawal={withdrawal} onDecide={() => setShown(withdrawal)} />
                    </li>
                  ))}
                </ul>
              )}
              <More pages={asked} />
            </Card>
          )}
        </section>
        <Batches turn={turn} />
      </div>
      <DecideSheet
        withdrawal={shown}
        onClose={() => setShown(undefined)}
        onDone={() => {
          setShown(undefined);
          asked.again();
        }}
      />
    </Page>
  );
}
