import { Trans } from "@lingui/react/macro";
import { input } from "@/ui/Field";
import { classes } from "@/ui/words";
import type { FieldOf } from "./documents";
import type { FieldProps } from "./FieldInput";

const LONG = 200;

/** The limit counts code points, as the server does. */
export function TextInput({ field, value, onChange, headingId, describedBy }: FieldProps<FieldOf<"TextField">>) {
  const text = value.text ?? "";
  const left = field.maxLength - [...text].length;
  return (
    <div className="grid gap-1">
      <textarea
        rows={field.maxLength > LONG ? 4 : 2}
        value={text}
        onChange={(event) => onChange({ text: event.target.value })}
        aria-labelledby={headingId}
        aria-describedby={describedBy}
        aria-invalid={left < 0 || undefined}
        className={classes(input, "resize-y py-2.5")}
      />
      {left < field.maxLength / 5 && (
        <p className={classes("text-right text-12", left < 0 ? "text-bad" : "text-muted")}>
          <Trans>{left} characters left</Trans>
        </p>
      )}
    </div>
  );
}
