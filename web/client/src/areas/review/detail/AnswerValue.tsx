import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Swatch } from "@/editor/ClassPicker";
import type { Content, Field, ServedAnswer } from "@/editor/documents";
import { slice } from "@/editor/points";

type Props = { field: Field; value: ServedAnswer["value"] | undefined; content: readonly Content[] };

/** An answer to one field in words; of shapes, how many of which class. */
export function AnswerValue({ field, value, content }: Props): ReactNode {
  if (!value) {
    return (
      <span className="text-muted">
        <Trans>No answer</Trans>
      </span>
    );
  }
  switch (value.__typename) {
    case "ChoiceAnswer":
      return field.__typename === "ChoiceField"
        ? value.choices.map((key) => field.options.find((option) => option.key === key)?.label ?? key).join(", ")
        : null;
    case "RatingAnswer":
      return field.__typename === "RatingField" ? (
        <Trans>
          {value.rating} of {field.max}
        </Trans>
      ) : null;
    case "TextAnswer":
      return <span className="whitespace-pre-wrap break-words">{value.text}</span>;
    case "SpanAnswer":
      return (
        <ul className="grid gap-1">
          {value.spans.map((span) => {
            const block = content[span.content];
            return (
              <li key={`${span.content}:${span.start}:${span.end}:${span.label}`} className="flex items-baseline gap-2">
                <Class field={field} name={span.label} />
                <q className="min-w-0 break-words text-muted">
                  {block?.__typename === "TextContent" && slice(block.text, span.start, span.end)}
                </q>
              </li>
            );
          })}
        </ul>
      );
    case "MediaAnswer":
      return <Media media={value.media} />;
    case "BoxAnswer":
      return <Counted field={field} labels={value.boxes.map(({ label }) => label)} />;
    case "PolygonAnswer":
      return <Counted field={field} labels={value.polygons.map(({ label }) => label)} />;
    case "MaskAnswer":
      return <Counted field={field} labels={value.masks.map(({ label }) => label)} />;
  }
}

function Counted({ field, labels }: { field: Field; labels: readonly string[] }) {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 0) return <Plural value={0} one="# shape" other="No shapes" />;
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1">
      {[...counts].map(([label, count]) => (
        <li key={label} className="flex items-center gap-1.5">
          <Class field={field} name={label} />
          {count > 1 && <span className="text-muted">× {count}</span>}
        </li>
      ))}
    </ul>
  );
}

function Class({ field, name }: { field: Field; name: string }) {
  const named = "classes" in field ? field.classes.find(({ key }) => key === name) : undefined;
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5 font-medium">
      <Swatch color={named?.color ?? "#98A2B3"} />
      {named?.label ?? name}
    </span>
  );
}

function Media({ media }: { media: readonly Content[] }) {
  const { t } = useLingui();
  return (
    <div className="grid gap-2">
      {media.map((block) =>
        block.__typename === "ImageContent" ? (
          <a key={block.url} href={block.url} target="_blank" rel="noopener noreferrer" aria-label={t`Open the picture in full`}>
            <img
              src={block.url}
              alt={block.alt}
              width={block.width}
              height={block.height}
              className="max-h-60 w-auto rounded-8 border border-line"
            />
          </a>
        ) : block.__typename === "AudioContent" ? (
          <audio key={block.url} controls preload="metadata" src={block.url} className="w-full" />
        ) : null,
      )}
    </div>
  );
}
