import { Plural, Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { type Answers, isEmpty, type Value } from "./answers";
import { Swatch } from "./ClassPicker";
import type { Content, Field } from "./documents";
import { slice } from "./points";

/** An answer in words, field by field; what is drawn is counted here and shown on the picture. */
export function AnswerSummary({ form, answers, content }: { form: readonly Field[]; answers: Answers; content: readonly Content[] }) {
  return (
    <dl className="grid gap-2 text-13">
      {form.map((field) => {
        const value = answers[field.key] ?? {};
        return (
          <div key={field.key} className="grid gap-0.5">
            <dt className="text-12 text-muted">{field.label}</dt>
            <dd className="break-words font-medium">{isEmpty(value) ? <Trans>No answer</Trans> : told(field, value, content)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function told(field: Field, value: Value, content: readonly Content[]): ReactNode {
  switch (field.__typename) {
    case "ChoiceField":
      return value.choices?.map((key) => field.options.find((option) => option.key === key)?.label ?? key).join(", ");
    case "RatingField":
      return (
        <Trans>
          {value.rating} of {field.max}
        </Trans>
      );
    case "TextField":
      return value.text;
    case "SpanField":
      return (
        <ul className="grid gap-1">
          {value.spans?.map((span) => {
            const block = content[span.content];
            const named = field.classes.find(({ key }) => key === span.label);
            return (
              <li key={`${span.content}:${span.start}:${span.label}`} className="flex items-baseline gap-2">
                <Swatch color={named?.color ?? "#98A2B3"} />
                <span>
                  {named?.label}: {block?.__typename === "TextContent" && slice(block.text, span.start, span.end)}
                </span>
              </li>
            );
          })}
        </ul>
      );
    case "MediaField":
      return <Plural value={value.media?.length ?? 0} one="# file" other="# files" />;
    default:
      return <Plural value={(value.boxes ?? value.polygons ?? value.masks ?? []).length} one="# shape" other="# shapes" />;
  }
}
