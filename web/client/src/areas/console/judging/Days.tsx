import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "@/theme";
import { colour } from "@/ui/colour";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import type { JudgedDay } from "./documents";

const HEIGHT = 200;
/** One line each, told apart by its dashes too. */
const LINES = [
  { name: "--accent", swatch: "border-accent", dash: [] },
  { name: "--good", swatch: "border-good border-dashed", dash: [6, 4] },
  { name: "--bad", swatch: "border-bad border-dotted", dash: [2, 3] },
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
                  {format.day(day.day)}
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
  const theme = useTheme((state) => state.theme);
  const host = useRef<HTMLDivElement>(null);
  const data = useMemo<uPlot.AlignedData>(() => {
    const shares = days.map(sharesOf);
    return [
      days.map(({ day }) => Date.parse(day) / 1000),
      shares.map(([agreement]) => agreement),
      shares.map(([, gold]) => gold),
      shares.map(([, , rejected]) => rejected),
    ];
  }, [days]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the theme
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const [ink, line] = [colour(element, "--muted"), colour(element, "--line")];
    const short = new Intl.DateTimeFormat(i18n.locale, { day: "numeric", month: "short", timeZone: "UTC" });
    const percent = new Intl.NumberFormat(i18n.locale, { style: "percent" });
    const axis = { stroke: ink, font: `11px ${style.fontFamily}`, ticks: { show: false } };
    const DAY = 86_400;
    const [first = 0, last = 0] = [data[0][0], data[0].at(-1)];
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        padding: [8, 24, 0, 0],
        // One day alone stands in the middle.
        scales: { x: { range: () => (first === last ? [first - DAY, last + DAY] : [first, last]) }, y: { range: () => [0, 1] } },
        axes: [
          {
            ...axis,
            size: 28,
            grid: { show: false },
            incrs: [1, 2, 5, 7, 14].map((each) => each * DAY),
            values: (_, seconds) => seconds.map((each) => short.format(each * 1000)),
          },
          { ...axis, size: 48, grid: { stroke: line, width: 1 }, values: (_, shares) => shares.map((each) => percent.format(each)) },
        ],
        series: [
          {},
          ...LINES.map(({ name, dash }) => ({
            stroke: colour(element, name),
            width: 2,
            dash: [...dash],
            spanGaps: true,
            points: { size: 5, fill: colour(element, name) },
          })),
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
  return <div ref={host} role="img" aria-label={t`Lines of quality by day; the table below has the figures.`} style={{ height: HEIGHT }} />;
}
