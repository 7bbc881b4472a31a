import { Trans } from "@lingui/react/macro";
import { type ReactNode, useId } from "react";
import type { Engine } from "@/engine";
import { classes } from "@/ui/words";
import type { Value } from "./answers";
import { ChoiceInput } from "./ChoiceInput";
import type { Content, Field } from "./documents";
import { MediaInput } from "./MediaInput";
import { RatingInput } from "./RatingInput";
import { ShapeInput } from "./ShapeInput";
import { SpanInput } from "./SpanInput";
import { TextInput } from "./TextInput";

export type FieldProps<Shown extends Field = Field> = {
  field: Shown;
  value: Value;
  onChange: (value: Value) => void;
  /** The class that the next shape or span gets. */
  label: string;
  onLabel: (label: string) => void;
  texts: readonly Content[];
  /** Has what is drawn, once the picture is there. */
  engine: Engine | undefined;
  /** For `aria-describedby`. */
  describedBy: string | undefined;
  headingId: string;
};

type Props = Omit<FieldProps, "describedBy" | "headingId"> & { isActive: boolean; onActivate: () => void; error: string | undefined };

/** A field of a form with its question, its help, its error. Digits go to the active one. */
export function FieldInput({ isActive, onActivate, error, ...props }: Props) {
  const { field } = props;
  const id = useId();
  const told = error ?? field.help;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out with its legend beside a mark
    <div
      role="group"
      aria-labelledby={`${id}-heading`}
      onFocus={onActivate}
      onPointerDown={onActivate}
      className={classes("grid gap-2.5", isActive && "-ml-4 border-accent border-l-2 pl-3.5")}
    >
      <div className="grid gap-0.5">
        <h2 id={`${id}-heading`} className="font-semibold text-14">
          {field.label}
          {!field.required && (
            <span className="ml-1.5 font-normal text-12 text-muted">
              <Trans>optional</Trans>
            </span>
          )}
        </h2>
        {told && (
          <p id={`${id}-told`} role={error ? "alert" : undefined} className={classes("text-13", error ? "text-bad" : "text-muted")}>
            {told}
          </p>
        )}
      </div>
      {inputFor({ ...props, headingId: `${id}-heading`, describedBy: told ? `${id}-told` : undefined })}
    </div>
  );
}

function inputFor({ field, ...rest }: FieldProps): ReactNode {
  switch (field.__typename) {
    case "ChoiceField":
      return <ChoiceInput field={field} {...rest} />;
    case "RatingField":
      return <RatingInput field={field} {...rest} />;
    case "TextField":
      return <TextInput field={field} {...rest} />;
    case "MediaField":
      return <MediaInput field={field} {...rest} />;
    case "SpanField":
      return <SpanInput field={field} {...rest} />;
    default:
      return <ShapeInput field={field} {...rest} />;
  }
}
