import { Trans, useLingui } from "@lingui/react/macro";
import type { Field } from "@/editor/documents";
import { input, Field as Labelled } from "@/ui/Field";
import { Check } from "./Check";
import { NumberField } from "./NumberField";
import type { ErrorAt } from "./spec";

type Props = { field: Field; at: ErrorAt; onChange: (changed: Partial<Field>) => void };

/** What only this kind of field has, beside classes. */
export function OwnSettings({ field, at, onChange }: Props) {
  const { t } = useLingui();
  switch (field.__typename) {
    case "ChoiceField":
      return (
        <Check isOn={field.multiple} onChange={(multiple) => onChange({ multiple })} label={<Trans>Several options may be chosen</Trans>} />
      );
    case "RatingField":
      return (
        <div className="grid max-w-80 grid-cols-2 gap-3">
          <NumberField label={t`From`} error={at("min")} value={field.min} onChange={(min) => onChange({ min })} />
          <NumberField label={t`To`} error={at("max")} value={field.max} onChange={(max) => onChange({ max })} />
        </div>
      );
    case "TextField":
      return (
        <div className="max-w-80">
          <NumberField
            label={t`At most so many characters`}
            error={at("maxLength")}
            value={field.maxLength}
            onChange={(maxLength) => onChange({ maxLength })}
          />
        </div>
      );
    case "MediaField":
      return (
        <Labelled label={t`What people make`} error={at("media")}>
          {(attributes) => (
            <select
              {...attributes}
              className={`${input} max-w-80`}
              value={field.media}
              onChange={(event) => onChange({ media: event.target.value as "IMAGE" | "AUDIO" })}
            >
              <option value="IMAGE">{t`A photo, by the camera`}</option>
              <option value="AUDIO">{t`A recording, by the microphone`}</option>
            </select>
          )}
        </Labelled>
      );
    default:
      return null;
  }
}
