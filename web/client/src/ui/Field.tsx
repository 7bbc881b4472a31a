import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./words";

export const input =
  "w-full rounded-8 border border-edge bg-surface px-3 min-h-11 text-16 desk:text-14 placeholder:text-muted aria-invalid:border-bad focus-visible:outline-offset-0";

type Props = {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
};

/** A label above an input, a hint or an error beneath it, tied to it for screen readers. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId();
  const told = error ?? hint;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium text-13">
        {label}
      </label>
      {children({ id, ...(told ? { "aria-describedby": `${id}-told` } : {}), ...(error ? { "aria-invalid": true as const } : {}) })}
      {told && (
        <p id={`${id}-told`} role={error ? "alert" : undefined} className={classes("text-12", error ? "text-bad" : "text-muted")}>
          {told}
        </p>
      )}
    </div>
  );
}

type TextProps = Omit<ComponentProps<"input">, "id"> & Pick<Props, "label" | "hint" | "error">;

export function TextField({ label, hint, error, className, ...rest }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => <input {...rest} {...attributes} className={classes(input, className)} />}
    </Field>
  );
}

type AreaProps = Omit<ComponentProps<"textarea">, "id"> & Pick<Props, "label" | "hint" | "error">;

export function AreaField({ label, hint, error, className, ...rest }: AreaProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => <textarea rows={3} {...rest} {...attributes} className={classes(input, "resize-y py-2.5", className)} />}
    </Field>
  );
}
