import type { Span } from "@/editor/answers";
import type { FieldOf } from "@/editor/documents";

type Props = { text: string; role: string | null; field: FieldOf<"SpanField">; spans: readonly Span[] };

/** A text with what several people marked in it: the more of them, the stronger. */
export function MarkedText({ text, role, field, spans }: Props) {
  const characters = [...text];
  const cuts = [...new Set([0, characters.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return (
    <figure className="rounded-8 border border-line bg-ground p-3">
      {role && <figcaption className="mb-1 font-medium text-12 text-muted first-letter:uppercase">{role}</figcaption>}
      <p className="whitespace-pre-wrap break-words leading-7">
        {cuts.slice(0, -1).map((start, index) => {
          const end = cuts[index + 1] ?? characters.length;
          const piece = characters.slice(start, end).join("");
          const over = spans.filter((span) => span.start <= start && span.end >= end);
          const top = over.at(-1);
          if (!top) return piece;
          const named = field.classes.find(({ key }) => key === top.label);
          return (
            <mark
              key={start}
              title={named?.label}
              className="rounded-[3px] border-b-2 py-0.5 text-ink"
              style={{
                background: `color-mix(in srgb, ${named?.color} ${Math.min(60, 24 * over.length)}%, transparent)`,
                borderColor: named?.color,
              }}
            >
              {piece}
              {top.end === end && <sup className="ml-0.5 font-semibold text-11">{named?.label.slice(0, 1)}</sup>}
            </mark>
          );
        })}
      </p>
    </figure>
  );
}
