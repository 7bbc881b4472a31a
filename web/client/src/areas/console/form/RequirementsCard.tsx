import { Trans, useLingui } from "@lingui/react/macro";
import { Suspense, useMemo } from "react";
import type { Scalar } from "@/api/graphql";
import { countries, languages } from "@/areas/work/places";
import { TextField } from "@/ui/Field";
import { later } from "@/ui/later";
import { Card } from "@/ui/Page";
import { ManyPicker } from "@/ui/Picker";
import type { Project } from "../documents";
import { Check } from "./Check";
import type { ErrorAt, Spec } from "./spec";

// Few projects ask for a test: what makes them comes after the form.
const Qualifications = later(() => import("../qualifications/Qualifications"), "Qualifications");

type Device = Scalar<"DeviceCapability">;
type Props = { project: Project; spec: Spec; onChange: (changed: Partial<Spec>) => void; by: { under: ErrorAt } };

export function RequirementsCard({ project, spec, onChange, by }: Props) {
  const { t, i18n } = useLingui();
  const options = useMemo(
    () => ({ countries: countries(i18n.locale), languages: languages(i18n.locale, spec.languages) }),
    [i18n.locale, spec.languages],
  );
  const error = (name: string) => by.under("requirements", name);
  return (
    <Card className="grid gap-5 p-4 desk:p-6">
      <header>
        <h2 className="text-16">
          <Trans>Who may work on it</Trans>
        </h2>
        <p className="text-13 text-muted">
          <Trans>Nothing chosen means everybody. The more you ask, the fewer people see it.</Trans>
        </p>
      </header>
      <div className="grid gap-5 desk:grid-cols-2">
        <Told error={error("countries")}>
          <ManyPicker
            label={t`Countries`}
            hint={t`People of any of these.`}
            options={options.countries}
            values={spec.countries}
            onChange={(chosen) => onChange({ countries: chosen })}
          />
        </Told>
        <Told error={error("languages")}>
          <ManyPicker
            label={t`Languages`}
            hint={t`People who know at least one of these.`}
            options={options.languages}
            values={spec.languages}
            onChange={(chosen) => onChange({ languages: chosen })}
          />
        </Told>
        <Told error={error("devices")}>
          <Devices chosen={spec.devices} onChange={(devices) => onChange({ devices })} />
        </Told>
        <TextField
          label={t`Least accuracy, in per cent`}
          hint={t`The share of a person's judged answers that were approved. Empty: newcomers too.`}
          error={error("minAccuracy")}
          inputMode="numeric"
          autoComplete="off"
          value={spec.minAccuracy === null ? "" : String(Math.round(spec.minAccuracy * 1000) / 10)}
          onChange={(event) => {
            const typed = event.target.value.trim();
            if (typed === "") onChange({ minAccuracy: null });
            else if (/^\d{1,3}$/.test(typed)) onChange({ minAccuracy: Number(typed) / 100 });
          }}
        />
      </div>
      <Told error={error("qualificationIds")}>
        <Suspense fallback={<div className="h-32" />}>
          <Qualifications project={project} chosen={spec.qualifications} onChange={(qualifications) => onChange({ qualifications })} />
        </Suspense>
      </Told>
    </Card>
  );
}

function Told({ error, children }: { error: string | undefined; children: React.ReactNode }) {
  return (
    <div className="grid content-start gap-1.5">
      {children}
      {error && (
        <p role="alert" className="text-12 text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

function Devices({ chosen, onChange }: { chosen: Device[]; onChange: (devices: Device[]) => void }) {
  const { t } = useLingui();
  const all: [Device, string][] = [
    ["SMARTPHONE", t`Phone`],
    ["TABLET", t`Tablet`],
    ["DESKTOP", t`Computer`],
    ["CAMERA", t`Camera`],
    ["MICROPHONE", t`Microphone`],
  ];
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-13">
        <Trans>Devices, all of them</Trans>
      </legend>
      <div className="flex flex-wrap gap-x-5">
        {all.map(([device, label]) => (
          <Check
            key={device}
            isOn={chosen.includes(device)}
            onChange={(isOn) => onChange(isOn ? [...chosen, device] : chosen.filter((each) => each !== device))}
            label={label}
          />
        ))}
      </div>
    </fieldset>
  );
}
