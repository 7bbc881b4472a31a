import { Trans, useLingui } from "@lingui/react/macro";
import { Camera, Laptop, Mic, Smartphone, Tablet } from "lucide-react";
import { type FormEvent, type ReactNode, useMemo, useState } from "react";
import { graphql, type Scalar } from "@/api/graphql";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { useViewer } from "@/api/session";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { ManyPicker, Picker } from "@/ui/Picker";
import { Notice, ProblemText } from "@/ui/States";
import { countries, languages, timeZones } from "./places";

const UPDATE = graphql(`
  mutation UpdateProfile($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      viewer { id profile { displayName country languages devices timeZone missing } }
      errors { code message path }
    }
  }
`);

type Device = Scalar<"DeviceCapability">;

/** What matching uses. What is not known yet is proposed from the browser's own settings, for the person to confirm. */
export function ProfileForm({ submitLabel, onSaved }: { submitLabel: ReactNode; onSaved: () => void }) {
  const { t, i18n } = useLingui();
  const { profile } = useViewer();
  const mutate = useMutate();
  const [given, setGiven] = useState(() => ({
    displayName: profile.displayName,
    country: profile.country ?? new Intl.Locale(navigator.language).region ?? null,
    languages: profile.languages.length > 0 ? [...profile.languages] : [new Intl.Locale(navigator.language).language],
    devices: [...profile.devices],
    timeZone: profile.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  }));
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const options = useMemo(
    () => ({ countries: countries(i18n.locale), languages: languages(i18n.locale, profile.languages), timeZones: timeZones() }),
    [i18n.locale, profile.languages],
  );
  const set = (changed: Partial<typeof given>) => setGiven((before) => ({ ...before, ...changed }));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem } = await mutate(UPDATE, { input: given });
    setBusy(false);
    setProblem(problem);
    if (payload) onSaved();
  };
  return (
    <form onSubmit={save} className="grid gap-5">
      {problem && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
      <TextField
        label={t`Name`}
        required
        maxLength={60}
        autoComplete="nickname"
        value={given.displayName}
        onChange={(event) => set({ displayName: event.target.value })}
      />
      <Picker label={t`Country`} options={options.countries} value={given.country} onChange={(country) => set({ country })} />
      <ManyPicker
        label={t`Languages`}
        hint={t`Those that you read and write well.`}
        options={options.languages}
        values={given.languages}
        onChange={(chosen) => set({ languages: chosen })}
      />
      <Devices chosen={given.devices} onChange={(devices) => set({ devices })} />
      <Picker
        label={t`Time zone`}
        hint={t`For your days and your chart.`}
        options={options.timeZones}
        value={given.timeZone}
        onChange={(timeZone) => set({ timeZone })}
      />
      <Button type="submit" kind="primary" isBusy={isBusy}>
        {submitLabel}
      </Button>
    </form>
  );
}

function Devices({ chosen, onChange }: { chosen: Device[]; onChange: (devices: Device[]) => void }) {
  const { t } = useLingui();
  const all: [Device, string, ReactNode][] = [
    ["SMARTPHONE", t`Phone`, <Smartphone key="icon" aria-hidden />],
    ["TABLET", t`Tablet`, <Tablet key="icon" aria-hidden />],
    ["DESKTOP", t`Computer`, <Laptop key="icon" aria-hidden />],
    ["CAMERA", t`Camera`, <Camera key="icon" aria-hidden />],
    ["MICROPHONE", t`Microphone`, <Mic key="icon" aria-hidden />],
  ];
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 font-medium text-13">
        <Trans>Devices that you work with</Trans>
      </legend>
      <div className="grid grid-cols-2 gap-1.5 desk:grid-cols-3">
        {all.map(([device, label, icon]) => (
          <label
            key={device}
            className="flex min-h-11 items-center gap-2.5 rounded-8 border border-line bg-surface px-3 has-checked:border-accent has-checked:bg-soft has-focus-visible:outline-2 has-focus-visible:outline-accent [&>svg]:size-4"
          >
            <input
              type="checkbox"
              checked={chosen.includes(device)}
              onChange={(event) => onChange(event.target.checked ? [...chosen, device] : chosen.filter((each) => each !== device))}
              className="size-4.5 accent-accent outline-none"
            />
            <span className="grow">{label}</span>
            {icon}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
