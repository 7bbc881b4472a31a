import { useLingui } from "@lingui/react";
import { useEffect, useEffectEvent, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "@/theme";
import { regional } from "./format";

const HEIGHT = 200;
const DAY = 86_400;

type Props = {
  /** What it shows, and where its figures can be read. */
  label: string;
  /** Days in seconds, then the values of each series. */
  data: uPlot.AlignedData;
  /** How wide the labels beside it are, in pixels. */
  gutter: number;
  /** A value as it is written there. */
  write: (value: number) => string;
  /** The range of values for the greatest that there is. */
  range: (most: number) => [number, number];
  /** How each series is drawn, its colours by the theme's names. */
  series: readonly (uPlot.Series & { name: `--${string}`; isFilled?: boolean })[];
};

/** Values by day, in the theme's colours. Without a cursor: a table beside it has the figures. */
export function Plot({ label, data, ...given }: Props) {
  const { i18n } = useLingui();
  const theme = useTheme((state) => state.theme);
  const host = useRef<HTMLDivElement>(null);
  const options = useEffectEvent((element: HTMLElement): uPlot.Options => {
    const { gutter, write, range, series } = given;
    const [ink, line] = [colour(element, "--muted"), colour(element, "--line")];
    const short = new Intl.DateTimeFormat(regional(i18n.locale), { day: "numeric", month: "short" });
    const axis = { stroke: ink, font: `11px ${getComputedStyle(element).fontFamily}`, ticks: { show: false } };
    const [first = 0, last = 0] = [data[0][0], data[0].at(-1)];
    return {
      width: element.clientWidth,
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: false },
      padding: [8, 20, 0, 0],
      scales: {
        // One day alone stands in the middle; the first and the last have room for a bar.
        x: { range: () => (first === last ? [first - DAY, last + DAY] : [first - DAY / 2, last + DAY / 2]) },
        y: { range: (_, __, most) => range(most) },
      },
      axes: [
        {
          ...axis,
          size: 32,
          gap: 8,
          grid: { show: false },
          incrs: [1, 2, 5, 7, 14].map((each) => each * DAY),
          values: (_, seconds) => seconds.map((each) => short.format(each * 1000)),
        },
        { ...axis, size: gutter, grid: { stroke: line, width: 1 }, values: (_, values) => values.map(write) },
      ],
      series: [
        {},
        ...series.map(({ name, isFilled, ...drawn }) => {
          const stroke = colour(element, name);
          return { ...drawn, stroke, ...(isFilled ? { fill: stroke } : { points: { ...drawn.points, fill: stroke } }) };
        }),
      ],
    };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the theme, the dates those of the language
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const plot = new uPlot(options(element), data, element);
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [data, theme, i18n.locale]);
  return <div ref={host} role="img" aria-label={label} style={{ height: HEIGHT }} />;
}

/** A day as the plot places it: its midnight here, where the axis writes its date. */
export const placeOf = (day: string) => Date.parse(`${day}T00:00:00`) / 1000;

/** Bars beside each other, with air between. */
export const BARS: Partial<uPlot.Series> = {
  width: 0,
  points: { show: false },
  paths: uPlot.paths.bars?.({ size: [0.7, 28], radius: 0.25 }),
};

/** A colour of the theme as canvas understands it. */
function colour(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
