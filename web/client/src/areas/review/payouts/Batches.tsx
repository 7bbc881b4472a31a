import { Plural, Trans } from "@lingui/react/macro";
import { Layers } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Scalar } from "@/api/graphql";
import { useCoins } from "@/areas/money/words";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { classes } from "@/ui/words";
import { More } from "../More";
import { usePages } from "../usePages";
import { BATCHES, type Batch } from "./documents";
import { GiveBackSheet } from "./GiveBackSheet";
import { useFresh } from "./usePurses";

/** What was sent together, latest first. */
export function Batches({ turn }: { turn: number }) {
  const pages = usePages(BATCHES, {}, ({ payoutBatches }) => payoutBatches);
  const { nodes, again } = pages;
  useFresh(pages, turn);
  const [asked, setAsked] = useState<Batch>();
  return (
    <section className="grid gap-3">
      <h2 className="text-16">
        <Trans>Batches</Trans>
      </h2>
      {pages.problem && !nodes && <Failed problem={pages.problem} retry={again} />}
      {!nodes && !pages.problem && <Rows count={3} className="h-16" />}
      {nodes && (
        <Card className="overflow-hidden">
          {nodes.length === 0 ? (
            <Empty icon={<Layers aria-hidden />} title={<Trans>No batch has gone yet</Trans>} />
          ) : (
            <ul className="divide-y divide-line">
              {nodes.map((batch) => (
                <li key={batch.id}>
                  <Line batch={batch} onGiveBack={() => setAsked(batch)} />
                </li>
              ))}
            </ul>
          )}
          <More pages={pages} />
        </Card>
      )}
      <GiveBackSheet
        batch={asked}
        onClose={() => setAsked(undefined)}
        onDone={() => {
          setAsked(undefined);
          again();
        }}
      />
    </section>
  );
}

function Line({ batch, onGiveBack }: { batch: Batch; onGiveBack: () => void }) {
  const format = useFormat();
  const words = useCoins();
  const { coin, state, withdrawals, amount, coinAmount, networkFee, rate, txid, explorerUrl, conflict, createdAt } = batch;
  return (
    <div className="grid gap-1 px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{words.coins(coinAmount, coin)}</span>
        <span className={classes("font-medium text-12", TONES[state])}>{batch.resolvedAt ? <Trans>Given back</Trans> : NAMES[state]}</span>
        {state === "BROADCAST" && (
          <span className="text-12 text-muted">
            <Trans>
              {batch.confirmations ?? 0} of {batch.confirmationsNeeded} confirmations
            </Trans>
          </span>
        )}
        <time dateTime={createdAt} className="ml-auto text-12 text-muted">
          {format.time(createdAt)}
        </time>
      </p>
      <p className="text-13 text-muted">
        <Plural value={withdrawals} one="# withdrawal" other="# withdrawals" />
        {" · "}
        {format.money(amount)}
        {" · "}
        <Trans>
          {words.rate(rate)} for 1 {coin}, told by {batch.rateSources} on {format.time(batch.rateAt)}
        </Trans>
        {networkFee && (
          <>
            {" · "}
            <Trans>network fee {words.coins(networkFee, coin)}</Trans>
          </>
        )}
      </p>
      {conflict && <p className="text-13 text-bad">{conflict}</p>}
      {txid && (
        <p className="break-all font-mono text-12 text-muted">
          {explorerUrl ? (
            <a href={explorerUrl} target="_blank" rel="noopener noreferrer" className="text-accent underline underline-offset-2">
              {txid}
            </a>
          ) : (
            txid
          )}
        </p>
      )}
      {state === "CONFLICTED" && !batch.resolvedAt && <Remedy batch={batch} onGiveBack={onGiveBack} />}
    </div>
  );
}

/** What can be done about a batch in conflict, or what was ordered. */
function Remedy({ batch: { orderedBackAt }, onGiveBack }: { batch: Batch; onGiveBack: () => void }) {
  const format = useFormat();
  if (orderedBackAt)
    return (
      <p className="text-13">
        <Trans>To be given back, as ordered on {format.time(orderedBackAt)}, once its node shows that nothing can pay it any more.</Trans>
      </p>
    );
  return (
    <p>
      <Button size="small" kind="danger" onClick={onGiveBack}>
        <Trans>Give back…</Trans>
      </Button>
    </p>
  );
}

type State = Scalar<"PayoutBatchState">;
const NAMES: Record<State, ReactNode> = {
  CLAIMED: <Trans>Claimed</Trans>,
  SIGNED: <Trans>Signed</Trans>,
  BROADCAST: <Trans>Sent</Trans>,
  CONFIRMED: <Trans>Confirmed</Trans>,
  SETTLED: <Trans>Settled</Trans>,
  ABANDONED: <Trans>Let go</Trans>,
  CONFLICTED: <Trans>In conflict</Trans>,
};
const TONES: Record<State, string> = {
  CLAIMED: "text-accent",
  SIGNED: "text-accent",
  BROADCAST: "text-accent",
  CONFIRMED: "text-good",
  SETTLED: "text-good",
  ABANDONED: "text-muted",
  CONFLICTED: "text-bad",
};
