import { decode } from "@/engine/rle";
import type { Answers, Mask } from "./answers";
import type { Field, ImageBlock } from "./documents";

type Props = { image: ImageBlock; form: readonly Field[]; answers: Answers; className?: string };

/** Of what is painted, of 255: it has no outline, so it is stronger than the fill of what has one. */
const OPACITY = 128;

/** A picture with an answer drawn over it, to look at: two-tone strokes, a fill of 22 %, the same width at any size. */
export function Picture({ image, form, answers, className }: Props) {
  return (
    <div className={`relative bg-stage ${className ?? ""}`}>
      <img src={image.url} alt={image.alt} width={image.width} height={image.height} loading="lazy" className="h-auto w-full" />
      {form.flatMap((field) =>
        "classes" in field
          ? (answers[field.key]?.masks ?? []).map((mask) => (
              <Painted key={mask.counts} mask={mask} color={field.classes.find(({ key }) => key === mask.label)?.color ?? "#98A2B3"} />
            ))
          : [],
      )}
      <svg viewBox={`0 0 ${image.width} ${image.height}`} className="pointer-events-none absolute inset-0 size-full" aria-hidden="true">
        {form
          .flatMap((field) =>
            "classes" in field
              ? outlinesOf(answers[field.key] ?? {}).map(({ path, label }) => ({
                  path,
                  color: field.classes.find(({ key }) => key === label)?.color ?? "#98A2B3",
                }))
              : [],
          )
          .map(({ path, color }) => (
            <g key={path} fill="none" strokeLinejoin="round">
              <path d={path} stroke="#0A0C10" strokeOpacity={0.75} strokeWidth={4} vectorEffect="non-scaling-stroke" />
              <path
                d={path}
                stroke={color}
                strokeWidth={2}
                fill={color}
                fillOpacity={0.22}
                fillRule="evenodd"
                vectorEffect="non-scaling-stroke"
              />
            </g>
          ))}
      </svg>
    </div>
  );
}

/** A mask in its colour, as large as the picture beneath it. */
function Painted({ mask, color }: { mask: Mask; color: string }) {
  const [height = 1, width = 1] = mask.size;
  const paint = (canvas: HTMLCanvasElement | null) => {
    const pen = canvas?.getContext("2d");
    if (!pen) return;
    const bits = decode(mask.counts, width * height);
    const image = pen.createImageData(width, height);
    const [red, green, blue] = [1, 3, 5].map((from) => Number.parseInt(color.slice(from, from + 2), 16));
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (bits[x * height + y]) image.data.set([red ?? 0, green ?? 0, blue ?? 0, OPACITY], (y * width + x) * 4);
    pen.putImageData(image, 0, 0);
  };
  return <canvas ref={paint} width={width} height={height} aria-hidden className="pointer-events-none absolute inset-0 size-full" />;
}

function outlinesOf({ boxes = [], polygons = [] }: Answers[string]): { path: string; label: string }[] {
  return [
    ...boxes.map(({ x, y, width, height, label }) => ({ label, path: `M${x} ${y}h${width}v${height}h${-width}Z` })),
    ...polygons.map(({ points, label }) => ({ label, path: `M${points.join(" ")}Z` })),
  ];
}
