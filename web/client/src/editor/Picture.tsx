import { useId, useMemo } from "react";
import { inkOn, Looks } from "@/engine/look";
import { decode } from "@/engine/rle";
import type { Answers, Mask, Value } from "./answers";
import type { Mark } from "./conflicts";
import type { Field, ImageBlock } from "./documents";

type Props = { image: ImageBlock; form: readonly Field[]; answers: Answers; marks?: readonly Mark[]; className?: string };
type Point = { x: number; y: number };
type Outline = { path: string; label: string; corner: Point };

/** Of what is painted, of 255: it has no outline, so it is stronger than the fill of what has one. */
const OPACITY = 128;
/** Pixels of the picture from stripe to stripe. */
const STRIPE = 12;
const NO_MARKS: readonly Mark[] = [];

/**
 * A picture with an answer drawn over it, to look at: two-tone strokes, a fill of 22 %, the same width at any size, and the letter of its
 * label at each shape, as the editor has it.
 */
export function Picture({ image, form, answers, marks = NO_MARKS, className }: Props) {
  const { width, height } = image;
  const hatch = useId();
  const { outlines, masks } = useMemo(() => drawnIn(form, answers), [form, answers]);
  return (
    <div className={`relative bg-stage ${className ?? ""}`}>
      <img src={image.url} alt={image.alt} width={width} height={height} loading="lazy" className="h-auto w-full" />
      {masks.map(({ mask, look }) => (
        <Painted key={mask.counts} mask={mask} color={look.color} />
      ))}
      <svg viewBox={`0 0 ${width} ${height}`} className="pointer-events-none absolute inset-0 size-full" aria-hidden="true">
        {outlines.map(({ path, look }) => (
          <g key={path} fill="none" strokeLinejoin="round">
            <path d={path} stroke="#0A0C10" strokeOpacity={0.75} strokeWidth={4} vectorEffect="non-scaling-stroke" />
            <path
              d={path}
              stroke={look.color}
              strokeWidth={2}
              fill={look.color}
              fillOpacity={0.22}
              fillRule="evenodd"
              vectorEffect="non-scaling-stroke"
            />
          </g>
        ))}
        {marks.map(({ sign, value, style }) => (
          <g key={sign} strokeLinejoin="round">
            <pattern id={`${hatch}${sign}`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform={`scale(${width / 480})`}>
              <path d="M0 8 8 0M-2 2 2-2M6 10 10 6" stroke={style.color} strokeWidth="2" />
            </pattern>
            {outlinesOf(value).map(({ path }) => (
              <g key={path} fill="none">
                <path d={path} stroke="#0A0C10" strokeOpacity={0.75} strokeWidth={6} vectorEffect="non-scaling-stroke" />
                <path
                  d={path}
                  fill={`url(#${hatch}${sign})`}
                  stroke={style.color}
                  strokeWidth={3}
                  strokeDasharray={style.dash.join(" ")}
                  vectorEffect="non-scaling-stroke"
                />
              </g>
            ))}
          </g>
        ))}
      </svg>
      {marks.flatMap(({ sign, value, style }) =>
        (value.masks ?? []).map((mask) => <Painted key={`${sign} ${mask.counts}`} mask={mask} color={style.color} isStriped />),
      )}
      {marks.flatMap(({ sign, value, style }) => {
        const [at] = [...outlinesOf(value).map(({ corner }) => corner), ...(value.masks ?? []).map(beginningOf)];
        return at ? <Badge key={sign} letter={sign} color={style.color} left={at.x / width} top={at.y / height} isBeside /> : [];
      })}
      {[...outlines, ...masks].map(({ corner, look }) => (
        <Badge
          key={`${corner.x} ${corner.y} ${look.letter}`}
          letter={look.letter}
          color={look.color}
          left={corner.x / width}
          top={corner.y / height}
        />
      ))}
    </div>
  );
}

type BadgeProps = { letter: string; color: string; left: number; top: number; isBeside?: boolean };

/** The letter of a label at its shape; of a conflict the number, beside it. */
function Badge({ letter, color, left, top, isBeside = false }: BadgeProps) {
  return (
    <span
      aria-hidden
      className={`pointer-events-none absolute grid size-4 place-items-center rounded-[4px] border border-stage font-semibold text-11 ${isBeside ? "translate-x-1/2 -translate-y-1/2" : "-translate-1/2"}`}
      style={{ left: `${left * 100}%`, top: `${top * 100}%`, background: color, color: inkOn(color) }}
    >
      {letter}
    </span>
  );
}

/** A mask in its colour, as large as the picture beneath it. */
function Painted({ mask, color, isStriped = false }: { mask: Mask; color: string; isStriped?: boolean }) {
  const [height = 1, width = 1] = mask.size;
  const paint = (canvas: HTMLCanvasElement | null) => {
    const pen = canvas?.getContext("2d");
    if (!pen) return;
    const bits = decode(mask.counts, width * height);
    const image = pen.createImageData(width, height);
    const [red, green, blue] = [1, 3, 5].map((from) => Number.parseInt(color.slice(from, from + 2), 16));
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (bits[x * height + y] && !(isStriped && (x + y) % STRIPE < STRIPE / 2))
          image.data.set([red ?? 0, green ?? 0, blue ?? 0, OPACITY], (y * width + x) * 4);
    pen.putImageData(image, 0, 0);
  };
  return <canvas ref={paint} width={width} height={height} aria-hidden className="pointer-events-none absolute inset-0 size-full" />;
}

function drawnIn(form: readonly Field[], answers: Answers) {
  const fields = form.filter((field) => "classes" in field);
  const looks = new Looks(fields);
  return {
    outlines: fields.flatMap(({ key }) =>
      outlinesOf(answers[key] ?? {}).map((outline) => ({ ...outline, look: looks.of({ field: key, label: outline.label }) })),
    ),
    masks: fields.flatMap(({ key }) =>
      (answers[key]?.masks ?? []).map((mask) => ({
        mask,
        corner: beginningOf(mask),
        look: looks.of({ field: key, label: mask.label }),
      })),
    ),
  };
}

function outlinesOf({ boxes = [], polygons = [] }: Value): Outline[] {
  return [
    ...boxes.map(({ x, y, width, height, label }) => ({ label, corner: { x, y }, path: `M${x} ${y}h${width}v${height}h${-width}Z` })),
    ...polygons.map(({ points, label }) => ({ label, corner: { x: points[0] ?? 0, y: points[1] ?? 0 }, path: `M${points.join(" ")}Z` })),
  ];
}

/** The first pixel that is painted, from the left. */
function beginningOf({ size: [height = 1, width = 1], counts }: Mask): Point {
  const first = Math.max(decode(counts, width * height).indexOf(1), 0);
  return { x: Math.floor(first / height), y: first % height };
}
