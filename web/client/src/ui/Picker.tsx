import { Combobox } from "@base-ui/react/combobox";
import { Trans, useLingui } from "@lingui/react/macro";
import { Check, ChevronDown, X } from "lucide-react";
import { useId } from "react";
import { input } from "./Field";
import { classes } from "./words";

export type Option = { value: string; label: string };
type Common = { label: string; hint?: string; options: Option[] };
type One = Common & { value: string | null; onChange: (value: string | null) => void };
type Many = Common & { values: readonly string[]; onChange: (values: string[]) => void };

/** One of many, found by typing. */
export function Picker({ label, hint, options, value, onChange }: One) {
  const id = useId();
  return (
    <Combobox.Root
      items={options}
      value={options.find((option) => option.value === value) ?? null}
      onValueChange={(option) => onChange(option?.value ?? null)}
    >
      <Frame id={id} label={label} hint={hint}>
        <div className="relative">
          <Combobox.Input id={id} aria-describedby={hint ? `${id}-hint` : undefined} className={classes(input, "pr-10")} />
          <Opener />
        </div>
      </Frame>
      <List />
    </Combobox.Root>
  );
}

/** Several of many; what is chosen stands in the field. */
export function ManyPicker({ label, hint, options, values, onChange }: Many) {
  const { t } = useLingui();
  const id = useId();
  const chosen = values.map((value) => options.find((option) => option.value === value) ?? { value, label: value });
  return (
    <Combobox.Root multiple items={options} value={chosen} onValueChange={(now: Option[]) => onChange(now.map((option) => option.value))}>
      <Frame id={id} label={label} hint={hint}>
        <Combobox.Chips className="flex flex-wrap gap-1.5 rounded-8 border border-edge bg-surface p-1.5 focus-within:outline-2 focus-within:outline-accent">
          {chosen.map((option) => (
            <Combobox.Chip key={option.value} aria-label={option.label} className="flex min-h-8 items-center rounded-6 bg-soft pl-2.5 text-13">
              {option.label}
              <Combobox.ChipRemove aria-label={t`Remove ${option.label}`} className="grid size-8 place-items-center text-muted hover:text-ink">
                <X className="size-3.5" aria-hidden />
              </Combobox.ChipRemove>
            </Combobox.Chip>
          ))}
          <Combobox.Input
            id={id}
            aria-describedby={hint ? `${id}-hint` : undefined}
            className="min-h-8 min-w-24 grow bg-transparent px-1.5 text-16 outline-none desk:text-14"
          />
        </Combobox.Chips>
      </Frame>
      <List />
    </Combobox.Root>
  );
}

function Frame({ id, label, hint, children }: { id: string; label: string; hint: string | undefined; children: React.ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium text-13">
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-12 text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

function Opener() {
  const { t } = useLingui();
  return (
    <Combobox.Trigger aria-label={t`Show all`} className="absolute top-0 right-0 grid size-11 place-items-center text-muted">
      <ChevronDown className="size-4" aria-hidden />
    </Combobox.Trigger>
  );
}

function List() {
  return (
    <Combobox.Portal>
      <Combobox.Positioner sideOffset={4} className="z-50">
        <Combobox.Popup className="max-h-[min(320px,var(--available-height))] w-(--anchor-width) overflow-y-auto overscroll-contain rounded-12 border border-line bg-raised p-1 shadow-float">
          <Combobox.Empty className="px-3 py-2 text-13 text-muted empty:hidden">
            <Trans>Nothing like that</Trans>
          </Combobox.Empty>
          <Combobox.List>
            {(option: Option) => (
              <Combobox.Item
                key={option.value}
                value={option}
                className="flex min-h-11 cursor-pointer items-center gap-2 rounded-8 px-3 data-[highlighted]:bg-soft desk:min-h-8"
              >
                <span className="grow">{option.label}</span>
                <Combobox.ItemIndicator>
                  <Check className="size-4 text-accent" aria-hidden />
                </Combobox.ItemIndicator>
              </Combobox.Item>
            )}
          </Combobox.List>
        </Combobox.Popup>
      </Combobox.Positioner>
    </Combobox.Portal>
  );
}
