import type { Answers } from "./answers";
import type { Field, ImageBlock } from "./documents";

type Props = { image: ImageBlock; form: readonly Field[]; answers: Answers; className?: string };

/** A picture with an answer drawn over it, to look at: two-tone strokes, a fill of 22 %, the same width at any size. */
export function Picture({ image, form, answers, className }: Props) {
  return (
    <div className={`relative bg-stage ${className ?? ""}`}>
      <img src={image.url} alt={image.alt} width={image.width} height={image.height} loading="lazy" className="h-auto w-full" />
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

function outlinesOf({ boxes = [], polygons = [] }: Answers[string]): { path: string; label: string }[] {
  return [
    ...boxes.map(({ x, y, width, height, label }) => ({ label, path: `M${x} ${y}h${width}v${height}h${-width}Z` })),
    ...polygons.map(({ points, label }) => ({ label, path: `M${points.join(" ")}Z` })),
  ];
}
