import { Trans, useLingui } from "@lingui/react/macro";
import { Trash2 } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { ClassPicker, Swatch } from "./ClassPicker";
import type { FieldOf } from "./documents";
import type { FieldProps } from "./FieldInput";
import { slice } from "./points";

/** The class to mark with, and what is marked as a list; marking itself happens in the text. */
export function SpanInput({ field, value, onChange, label, onLabel, texts, headingId }: FieldProps<FieldOf<"SpanField">>) {
  const { t } = useLingui();
  const spans = value.spans ?? [];
  return (
    <div className="grid gap-3">
      <ClassPicker classes={field.classes} chosen={label} onChoose={onLabel} labelledBy={headingId} />
      {spans.length === 0 ? (
        <p className="text-13 text-muted">
          <Trans>Select words in the text to mark them.</Trans>
        </p>
      ) : (
        <ul className="grid gap-1">
          {spans.map((span, index) => {
            const block = texts[span.content];
            const marked = block?.__typename === "TextContent" ? slice(block.text, span.start, span.end) : "";
            const named = field.classes.find(({ key }) => key === span.label);
            return (
              <li
                key={`${span.content}:${span.start}:${span.end}:${span.label}`}
                className="flex items-center gap-2 rounded-8 border border-line pl-3"
              >
                <Swatch color={named?.color ?? "#98A2B3"} />
                <span className="min-w-0 grow truncate text-13">
                  <span className="font-medium">{named?.label}</span> <span className="text-muted">{marked}</span>
                </span>
                <IconButton label={t`Remove “${marked}”`} onClick={() => onChange({ spans: spans.filter((_, at) => at !== index) })}>
                  <Trash2 className="size-4" aria-hidden />
                </IconButton>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
