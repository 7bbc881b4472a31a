import { useId } from "react";
import { Digit } from "./Digit";
import type { FieldOf } from "./documents";
import type { FieldProps } from "./FieldInput";
import { toggled } from "./toggled";

/** Options as large targets; a digit chooses each of the first nine. */
export function ChoiceInput({ field, value, onChange, headingId, describedBy }: FieldProps<FieldOf<"ChoiceField">>) {
  const name = useId();
  const chosen = value.choices ?? [];
  return (
    <div role={field.multiple ? "group" : "radiogroup"} aria-labelledby={headingId} aria-describedby={describedBy} className="grid gap-1.5">
      {field.options.map((option, index) => (
        <label
          key={option.key}
          className="flex min-h-11 items-center gap-3 rounded-8 border border-line px-3 py-2 transition-colors duration-120 hover:bg-ground has-checked:border-accent has-checked:bg-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type={field.multiple ? "checkbox" : "radio"}
            name={name}
            checked={chosen.includes(option.key)}
            onChange={() => onChange({ choices: toggled(chosen, option.key, field.multiple) })}
            className="size-4.5 shrink-0 accent-accent outline-none"
          />
          <span className="grow">{option.label}</span>
          <Digit index={index} />
        </label>
      ))}
    </div>
  );
}
