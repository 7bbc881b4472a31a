import { useId } from "react";
import type { FieldOf } from "./documents";
import type { FieldProps } from "./FieldInput";

const AS_BUTTONS = 11;

/** Up to eleven steps as buttons in a row, more as a slider. */
export function RatingInput({ field, value, onChange, headingId, describedBy }: FieldProps<FieldOf<"RatingField">>) {
  const name = useId();
  const steps = field.max - field.min + 1;
  if (steps > AS_BUTTONS) {
    return (
      <div className="flex items-center gap-3">
        <input
          type="range"
          min={field.min}
          max={field.max}
          value={value.rating ?? Math.round((field.min + field.max) / 2)}
          onChange={(event) => onChange({ rating: Number(event.target.value) })}
          aria-labelledby={headingId}
          aria-describedby={describedBy}
          className="h-11 grow accent-accent"
        />
        <output className="w-10 text-right font-semibold">{value.rating ?? "–"}</output>
      </div>
    );
  }
  return (
    <div role="radiogroup" aria-labelledby={headingId} aria-describedby={describedBy} className="flex flex-wrap gap-1.5">
      {Array.from({ length: steps }, (_, index) => field.min + index).map((step) => (
        <label
          key={step}
          className="grid min-h-11 min-w-11 grow cursor-pointer place-items-center rounded-8 border border-line font-medium hover:bg-ground has-checked:border-accent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input type="radio" name={name} checked={value.rating === step} onChange={() => onChange({ rating: step })} className="sr-only" />
          {step}
        </label>
      ))}
    </div>
  );
}
