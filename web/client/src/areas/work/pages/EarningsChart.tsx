import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useQuery } from "urql";
import { graphql } from "@/api/graphql";
import { problemOf } from "@/api/problem";
import { useViewer } from "@/api/session";
import { useTheme } from "@/theme";
import { colour } from "@/ui/colour";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Failed, Loading, Skeleton } from "@/ui/States";

const DAYS = 30;
const HEIGHT = 200;
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
        <Skeleton className="h-64" />
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
  const { t, i18n } = useLingui();
  const theme = useTheme((state) => state.theme);
  const host = useRef<HTMLDivElement>(null);
  const data = useMemo<uPlot.AlignedData>(
    () => [days.map(({ date }) => Date.parse(`${date}T12:00:00`) / 1000), days.map(({ amount }) => Number(amount.amount))],
    [days],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the theme
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const [ink, line, accent] = [colour(element, "--muted"), colour(element, "--line"), colour(element, "--accent")];
    const short = new Intl.DateTimeFormat(i18n.locale, { day: "numeric", month: "short" });
    const axis = { stroke: ink, font: `11px ${style.fontFamily}`, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        padding: [8, 4, 0, 0],
        scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
        axes: [
          { ...axis, size: 28, grid: { show: false }, values: (_, seconds) => seconds.map((each) => short.format(each * 1000)) },
          { ...axis, size: 56, grid: { stroke: line, width: 1 }, values: (_, dollars) => dollars.map((each) => `$${each}`) },
        ],
        series: [
          {},
          { fill: accent, stroke: accent, width: 0, points: { show: false }, paths: uPlot.paths.bars?.({ size: [0.7, 28], radius: 0.25 }) },
        ],
      },
      data,
      element,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [data, theme, i18n.locale]);
  return (
    <div
      ref={host}
      role="img"
      aria-label={t`Bars of what was approved each day; the table below has the figures.`}
      style={{ height: HEIGHT }}
    />
  );
}
