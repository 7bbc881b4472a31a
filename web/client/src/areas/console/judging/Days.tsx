import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Plot, placeOf } from "@/ui/Plot";
import type { JudgedDay } from "./documents";

/** One line each, told apart by its dashes too; the dots shrink, so that of two in one place both are seen. */
const LINES = [
  { name: "--accent", swatch: "border-accent", dash: [], dot: 10 },
  { name: "--good", swatch: "border-good border-dashed", dash: [6, 4], dot: 6 },
  { name: "--bad", swatch: "border-bad border-dotted", dash: [2, 3], dot: 4 },
] as const;

/** Quality day by day: lines, and the same as a table for who would rather read. */
export function Days({ days }: { days: readonly JudgedDay[] }) {
  const names = [
    <Trans key="agreement">Agreement</Trans>,
    <Trans key="gold">Right on known answers</Trans>,
    <Trans key="rejected">Rejected</Trans>,
  ];
  return (
    <Card className="p-4 desk:p-6">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 className="text-16">
          <Trans>Quality over time</Trans>
        </h2>
        <ul className="flex flex-wrap gap-x-4 text-12 text-muted">
          {LINES.map(({ name, swatch }, index) => (
            <li key={name} className="flex items-center gap-1.5">
              <span aria-hidden className={`w-5 border-t-2 ${swatch}`} />
              {names[index]}
            </li>
          ))}
        </ul>
      </div>
      <Lines days={days} />
      <details className="mt-3 border-line border-t pt-3">
        <summary className="min-h-11 content-center text-13 text-accent desk:min-h-0">
          <Trans>As a table</Trans>
        </summary>
        <DayTable days={days} />
      </details>
    </Card>
  );
}

/** Days are of UTC, told as their first moment: not the evening before, west of there. */
const dateOf = ({ day }: JudgedDay) => day.slice(0, 10);

function sharesOf({ agreement, goldRight, byGold, rejected, byConsensus, byModerators }: JudgedDay) {
  const all = byGold + byConsensus + byModerators;
  return [agreement, byGold > 0 ? goldRight / byGold : null, all > 0 ? rejected / all : null] as const;
}

function DayTable({ days }: { days: readonly JudgedDay[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const share = (value: number | null): ReactNode => (value === null ? "–" : format.share(value));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section aria-label={t`Quality over time`} tabIndex={0} className="mt-2 overflow-x-auto">
      <table className="w-full whitespace-nowrap text-13 [&_td]:px-2 [&_td]:py-1.5 [&_td]:text-right [&_th]:px-2 [&_th]:py-1.5">
        <thead className="text-12 text-muted">
          <tr className="[&>th]:text-right [&>th]:font-medium">
            <th scope="col" className="!text-left">
              <Trans>Day</Trans>
            </th>
            <th scope="col">
              <Trans>Agreement</Trans>
            </th>
            <th scope="col">
              <Trans>Right on known answers</Trans>
            </th>
            <th scope="col">
              <Trans>Rejected</Trans>
            </th>
            <th scope="col">
              <Trans>Overturned</Trans>
            </th>
            <th scope="col">
              <Trans>Verdicts</Trans>
            </th>
            <th scope="col">
              <Trans>Items done</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...days].reverse().map((day) => {
            const [agreement, gold, rejected] = sharesOf(day);
            return (
              <tr key={day.day} className="border-line border-t">
                <th scope="row" className="text-left font-normal">
                  {format.day(`${dateOf(day)}T12:00:00`)}
                </th>
                <td>{share(agreement)}</td>
                <td>{share(gold)}</td>
                <td>{share(rejected)}</td>
                <td>{format.number(day.overturned)}</td>
                <td>{format.number(day.byGold + day.byConsensus + day.byModerators)}</td>
                <td>{format.number(day.results)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Lines({ days }: { days: readonly JudgedDay[] }) {
  const { t, i18n } = useLingui();
  const data = useMemo(() => {
    const shares = days.map(sharesOf);
    return [days.map((each) => placeOf(dateOf(each))), ...LINES.map((_, index) => shares.map((each) => each[index] ?? null))];
  }, [days]);
  const percent = new Intl.NumberFormat(i18n.locale, { style: "percent" });
  return (
    <Plot
      label={t`Lines of quality by day; the table below has the figures.`}
      data={data as [number[], ...(number | null)[][]]}
      gutter={48}
      write={(share) => percent.format(share)}
      range={() => [-0.02, 1.02]}
      series={LINES.map(({ name, dash, dot }) => ({ name, dash: [...dash], width: 2, spanGaps: true, points: { size: dot } }))}
    />
  );
}
