import type { Content, FieldOf, ServedAnswer } from "@/editor/documents";

type Span = { label: string; content: number; start: number; end: number };
type Props = {
  index: number;
  block: Extract<Content, { __typename: "TextContent" }>;
  field: FieldOf<"SpanField"> | undefined;
  answers: readonly ServedAnswer[];
};

/** A text of the item with what was marked in it. */
export function MarkedText({ index, block, field, answers }: Props) {
  const value = answers.find(({ key }) => key === field?.key)?.value;
  const spans = value?.__typename === "SpanAnswer" ? value.spans.filter((span) => span.content === index) : [];
  return (
    <figure className="rounded-12 border border-line bg-surface p-4">
      {block.role && <figcaption className="mb-1 font-medium text-12 text-muted first-letter:uppercase">{block.role}</figcaption>}
      <p className="whitespace-pre-wrap break-words text-14 leading-6">
        {cut(block.text, spans).map(({ start, text, over }) => {
          const top = over.at(-1);
          const named = field?.classes.find(({ key }) => key === top?.label);
          return top ? (
            <mark
              key={start}
              className="rounded-[3px] border-b-2 py-0.5 text-ink"
              style={{
                background: `color-mix(in srgb, ${named?.color} ${Math.min(60, 24 * over.length)}%, transparent)`,
                borderColor: named?.color,
              }}
            >
              {text}
              {top.end === start + [...text].length && <sup className="ml-0.5 font-semibold text-11">{named?.label ?? top.label}</sup>}
            </mark>
          ) : (
            text
          );
        })}
      </p>
    </figure>
  );
}

function cut(text: string, spans: readonly Span[]): { start: number; text: string; over: Span[] }[] {
  const characters = [...text];
  const cuts = [...new Set([0, characters.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, at) => {
    const end = cuts[at + 1] ?? characters.length;
    return { start, text: characters.slice(start, end).join(""), over: spans.filter((span) => span.start <= start && span.end >= end) };
  });
}
