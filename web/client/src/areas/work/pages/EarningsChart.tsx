import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useQuery } from "urql";
import { graphql } from "@/api/graphql";
import { problemOf } from "@/api/problem";
import { useViewer } from "@/api/session";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { BARS, Plot, placeOf } from "@/ui/Plot";
import { Failed, Loading, Skeleton } from "@/ui/States";

const DAYS = 30;
const EARNINGS = graphql(`
  query DailyEarnings($days: Int!, $timeZone: String!) {
    viewer {
      id
      wallet { earnings(days: $days, timeZone: $timeZone) { date annotations amount { amount currency } } }
    }
  }
`);

type Day = { date: string; annotations: number; amount: { amount: string; currency: string } };

/** Approved earnings a day: bars, and the same as a table for who would rather read. */
export function EarningsChart() {
  const { profile } = useViewer();
  const format = useFormat();
  const timeZone = profile.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [{ data, error }, again] = useQuery({ query: EARNINGS, variables: { days: DAYS, timeZone } });
  const days = data?.viewer?.wallet.earnings;
  if (error && !days) return <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!days)
    return (
      <Loading>
        <Skeleton className="h-[322px] desk:h-[303px]" />
      </Loading>
    );
  const today = days.at(-1);
  const worked = days.filter(({ annotations }) => annotations > 0).reverse();
  return (
    <section className="grid gap-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-16">
          <Trans>Last {DAYS} days</Trans>
        </h2>
        {today && (
          <p className="text-13 text-muted">
            <Trans>
              Today {format.money(today.amount)} · <Plural value={today.annotations} one="# approved" other="# approved" />
            </Trans>
          </p>
        )}
      </div>
      <Card className="overflow-hidden p-4">
        <Bars days={days} />
        <details className="mt-3 border-line border-t pt-3">
          <summary className="min-h-11 content-center text-13 text-accent desk:min-h-0">
            <Trans>As a table</Trans>
          </summary>
          {worked.length === 0 ? (
            <p className="py-2 text-muted">
              <Trans>Nothing approved in these days yet.</Trans>
            </p>
          ) : (
            <DayTable days={worked} />
          )}
        </details>
      </Card>
    </section>
  );
}

function DayTable({ days }: { days: readonly Day[] }) {
  const format = useFormat();
  return (
    <table className="mt-2 w-full text-13">
      <thead className="text-left text-muted">
        <tr>
          <th className="py-1.5 font-medium">
            <Trans>Day</Trans>
          </th>
          <th className="py-1.5 text-right font-medium">
            <Trans>Approved</Trans>
          </th>
          <th className="py-1.5 text-right font-medium">
            <Trans>Earned</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ date, annotations, amount }) => (
          <tr key={date} className="border-line border-t">
            <td className="py-1.5">{format.day(`${date}T12:00:00`)}</td>
            <td className="py-1.5 text-right">{format.number(annotations)}</td>
            <td className="py-1.5 text-right font-medium">{format.money(amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Bars({ days }: { days: readonly Day[] }) {
  const { t } = useLingui();
  const data = useMemo(() => [days.map(({ date }) => placeOf(date)), days.map(({ amount }) => Number(amount.amount))], [days]);
  return (
    <Plot
      label={t`Bars of what was approved each day; the table below has the figures.`}
      data={data as [number[], number[]]}
      gutter={56}
      write={(dollars) => `$${dollars}`}
      range={(most) => [0, most > 0 ? most * 1.1 : 1]}
      series={[{ ...BARS, name: "--accent", isFilled: true }]}
    />
  );
}
