import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Swatch } from "@/editor/ClassPicker";
import type { Content, Field, ServedAnswer } from "@/editor/documents";
import { slice } from "@/editor/points";
import { Blocks } from "../items/Blocks";
import type { Annotation } from "./documents";

/** Fields down, answers across. */
export function AnswerTable({
  form,
  annotations,
  content,
}: {
  form: readonly Field[];
  annotations: readonly Annotation[];
  content: readonly Content[];
}) {
  const { t } = useLingui();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section aria-label={t`Answers`} className="overflow-x-auto rounded-8 border border-line" tabIndex={0}>
      <table className="w-full text-left text-13">
        <thead className="text-12 text-muted">
          <tr className="border-line border-b">
            <th scope="col" className="px-3 py-2 font-medium">
              <Trans>Field</Trans>
            </th>
            {annotations.map(({ id }, index) => (
              <th key={id} scope="col" className="px-3 py-2 font-medium">
                {annotations.length > 1 ? <Trans>Answer {index + 1}</Trans> : <Trans>Answer</Trans>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {form.map((field) => (
            <tr key={field.key} className="align-top">
              <th scope="row" className="px-3 py-2 font-medium">
                {field.label}
                <code className="block font-normal text-12 text-muted">{field.key}</code>
              </th>
              {annotations.map(({ id, answers }) => {
                const value = answers.find(({ key }) => key === field.key)?.value;
                return (
                  <td key={id} className="min-w-40 px-3 py-2">
                    {value ? told(field, value, content) : <span className="text-muted">–</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function told(field: Field, value: ServedAnswer["value"], content: readonly Content[]): ReactNode {
  const classOf = (key: string) => ("classes" in field ? field.classes.find((each) => each.key === key) : undefined);
  switch (value.__typename) {
    case "ChoiceAnswer":
      return (
        field.__typename === "ChoiceField" &&
        value.choices.map((key) => field.options.find((option) => option.key === key)?.label ?? key).join(", ")
      );
    case "TextAnswer":
      return <span className="whitespace-pre-wrap break-words">{value.text}</span>;
    case "RatingAnswer":
      return value.rating;
    case "MediaAnswer":
      return <Blocks content={value.media} />;
    case "SpanAnswer":
      return (
        <ul className="grid gap-1">
          {value.spans.map(({ label, content: place, start, end }) => {
            const block = content[place];
            return (
              <li key={`${place}:${start}:${end}:${label}`} className="flex items-baseline gap-2">
                <Swatch color={classOf(label)?.color ?? "#98a2b3"} />
                <span>
                  {classOf(label)?.label ?? label}: {block?.__typename === "TextContent" && slice(block.text, start, end)}
                </span>
              </li>
            );
          })}
        </ul>
      );
    default: {
      const shapes = value.__typename === "BoxAnswer" ? value.boxes : value.__typename === "PolygonAnswer" ? value.polygons : value.masks;
      const counted = new Map<string, number>();
      for (const { label } of shapes) counted.set(label, (counted.get(label) ?? 0) + 1);
      if (counted.size === 0) return <Trans>None</Trans>;
      return (
        <ul className="grid gap-1">
          {[...counted].map(([label, count]) => (
            <li key={label} className="flex items-baseline gap-2">
              <Swatch color={classOf(label)?.color ?? "#98a2b3"} />
              <span>
                {classOf(label)?.label ?? label}: <Plural value={count} one="# shape" other="# shapes" />
              </span>
            </li>
          ))}
        </ul>
      );
    }
  }
}
