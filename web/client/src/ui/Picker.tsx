import { Trans, useLingui } from "@lingui/react/macro";
import { Check, ChevronDown, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useDeferredValue, useId, useMemo, useRef, useState } from "react";
import { IconButton } from "./Button";
import { input } from "./Field";
import { classes } from "./words";

export type Option = { value: string; label: string };
type Common = { label: string; hint?: string; options: readonly Option[] };

/** One of many, found by typing. */
export function Picker({ value, onChange, ...rest }: Common & { value: string | null; onChange: (value: string) => void }) {
  const chosen = rest.options.find((option) => option.value === value);
  return <Combobox {...rest} shown={chosen?.label ?? ""} chosen={value ? [value] : []} onChoose={onChange} />;
}

/** Several of many; what is chosen stands above the field. */
export function ManyPicker({ values, onChange, ...rest }: Common & { values: readonly string[]; onChange: (values: string[]) => void }) {
  const { t } = useLingui();
  const labelOf = (value: string) => rest.options.find((option) => option.value === value)?.label ?? value;
  const toggle = (value: string) => onChange(values.includes(value) ? values.filter((each) => each !== value) : [...values, value]);
  return (
    <Combobox {...rest} shown="" chosen={values} onChoose={toggle} staysOpen>
      {values.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label={t`Chosen`}>
          {values.map((value) => (
            <li key={value} className="flex items-center rounded-8 bg-soft pl-3 text-13">
              {labelOf(value)}
              <IconButton label={t`Remove ${labelOf(value)}`} onClick={() => toggle(value)}>
                <X className="size-3.5" aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </Combobox>
  );
}

type ComboboxProps = Common & {
  shown: string;
  chosen: readonly string[];
  onChoose: (value: string) => void;
  staysOpen?: boolean;
  children?: ReactNode;
};

/** An editable combobox with a list, after the ARIA practices: typing filters, arrows move, Enter takes, Escape gives up. */
function Combobox({ label, hint, options, shown, chosen, onChoose, staysOpen = false, children }: ComboboxProps) {
  const { t } = useLingui();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string>();
  const [at, setAt] = useState(0);
  const isOpen = typed !== undefined;
  const found = useFound(options, useDeferredValue(typed ?? ""));
  const open = () => {
    setTyped("");
    setAt(
      Math.max(
        0,
        options.findIndex(({ value }) => value === chosen[0]),
      ),
    );
  };
  const close = () => setTyped(undefined);
  const take = (option: Option | undefined) => {
    if (!option) return;
    onChoose(option.value);
    if (staysOpen) setTyped("");
    else close();
  };
  const press = (event: KeyboardEvent) => {
    const steps: Record<string, () => void> = {
      ArrowDown: () => (isOpen ? setAt((at + 1) % Math.max(1, found.length)) : open()),
      ArrowUp: () => (isOpen ? setAt((at - 1 + found.length) % Math.max(1, found.length)) : open()),
      Enter: () => (isOpen ? take(found[at]) : open()),
      Escape: close,
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  };
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium text-13">
        {label}
      </label>
      {children}
      <div className="relative">
        <input
          ref={field}
          id={id}
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-activedescendant={isOpen && found[at] ? `${id}-${found[at].value}` : undefined}
          aria-autocomplete="list"
          aria-describedby={hint ? `${id}-hint` : undefined}
          autoComplete="off"
          placeholder={isOpen ? shown || t`Type to search` : t`Type to search`}
          value={typed ?? shown}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onClick={() => !isOpen && open()}
          onKeyDown={press}
          onBlur={close}
          className={classes(input, "pr-10")}
        />
        <ChevronDown className="pointer-events-none absolute top-3.5 right-3 size-4 text-muted" aria-hidden />
        {isOpen && <Found id={id} label={label} found={found} at={at} chosen={chosen} onTake={take} />}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="text-12 text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

type FoundProps = { id: string; label: string; found: Option[]; at: number; chosen: readonly string[]; onTake: (option: Option) => void };

function Found({ id, label, found, at, chosen, onTake }: FoundProps) {
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label={label}
      tabIndex={-1}
      // The field keeps the focus, or it would close the list before a press on it counts.
      onPointerDown={(event) => event.preventDefault()}
      className="absolute inset-x-0 top-full z-30 mt-1 max-h-72 overflow-y-auto overscroll-contain rounded-12 border border-line bg-raised p-1 shadow-float"
    >
      {found.map((option, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and names the active option
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
        <div
          key={option.value}
          id={`${id}-${option.value}`}
          role="option"
          aria-selected={chosen.includes(option.value)}
          ref={index === at ? intoView : undefined}
          onClick={() => onTake(option)}
          className={classes(
            "flex min-h-11 cursor-pointer items-center gap-2 rounded-8 px-3 hover:bg-ground desk:min-h-8",
            index === at && "!bg-soft",
          )}
        >
          <span className="grow">{option.label}</span>
          {chosen.includes(option.value) && <Check className="size-4 text-accent" aria-hidden />}
        </div>
      ))}
      {found.length === 0 && (
        <p className="px-3 py-2 text-13 text-muted">
          <Trans>Nothing like that</Trans>
        </p>
      )}
    </div>
  );
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}

/** Those whose name or code holds what was typed, whatever its accents; those that begin with it first. */
function useFound(options: readonly Option[], typed: string): Option[] {
  return useMemo(() => {
    const wanted = plain(typed);
    if (!wanted) return [...options];
    const rank = ({ label, value }: Option) => (plain(label).startsWith(wanted) || plain(value) === wanted ? 0 : 1);
    return options.filter(({ label, value }) => plain(`${label} ${value}`).includes(wanted)).sort((a, b) => rank(a) - rank(b));
  }, [options, typed]);
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
