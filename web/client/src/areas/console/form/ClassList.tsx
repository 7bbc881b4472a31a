import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useId, useRef } from "react";
import { Button, IconButton } from "@/ui/Button";
import { input } from "@/ui/Field";
import { classes as names } from "@/ui/words";
import { keyFor } from "./keys";
import { type ClassDraft, type ErrorAt, newClass } from "./spec";

type Props = { title: string; classes: ClassDraft[]; onChange: (classes: ClassDraft[]) => void; error: string | undefined; at: ErrorAt };

/** Classes or options: colour, label and key, in the order in which people see them. */
export function ClassList({ title, classes, onChange, error, at }: Props) {
  const { t } = useLingui();
  const list = useRef<HTMLOListElement>(null);
  const add = () => {
    onChange([...classes, newClass("", classes)]);
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>("li:last-child input[data-label]")?.focus());
  };
  const move = (from: number, to: number) => {
    const moved = classes[from];
    if (moved) onChange(classes.toSpliced(from, 1).toSpliced(to, 0, moved));
  };
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-2 font-medium text-13">{title}</legend>
      {error && (
        <p role="alert" className="text-12 text-bad">
          {error}
        </p>
      )}
      <ol ref={list} className="grid gap-2">
        {classes.map((each, index) => (
          <ClassLine
            key={each.id}
            draft={each}
            others={classes.filter((other) => other !== each)}
            at={(...path) => at(each.id, ...path)}
            onChange={(changed) => onChange(classes.with(index, changed))}
            onEnter={add}
            onUp={index > 0 ? () => move(index, index - 1) : undefined}
            onDown={index < classes.length - 1 ? () => move(index, index + 1) : undefined}
            onRemove={() => onChange(classes.toSpliced(index, 1))}
          />
        ))}
      </ol>
      <Button size="small" className="justify-self-start" onClick={add} aria-label={t`Add to ${title}`}>
        <Plus className="size-4" aria-hidden />
        <Trans>Add</Trans>
      </Button>
    </fieldset>
  );
}

type LineProps = {
  draft: ClassDraft;
  others: readonly ClassDraft[];
  at: ErrorAt;
  onChange: (draft: ClassDraft) => void;
  onEnter: () => void;
  onUp: (() => void) | undefined;
  onDown: (() => void) | undefined;
  onRemove: () => void;
};

function ClassLine({ draft, others, at, onChange, onEnter, onUp, onDown, onRemove }: LineProps) {
  const { t } = useLingui();
  const id = useId();
  const { label, key, color } = draft;
  const error = at("label") ?? at("key") ?? at("color") ?? at();
  return (
    <li className="grid gap-1">
      <div className="flex items-center gap-1.5">
        <input
          type="color"
          aria-label={t`Colour of ${label}`}
          value={color}
          onChange={(event) => onChange({ ...draft, color: event.target.value })}
          className="size-11 shrink-0 cursor-pointer rounded-8 border border-edge bg-surface p-1 desk:h-11 desk:w-9"
        />
        <input
          data-label
          aria-label={t`Label`}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? id : undefined}
          placeholder={t`Label`}
          maxLength={100}
          value={label}
          onChange={(event) => {
            const next = event.target.value;
            onChange({ ...draft, label: next, key: draft.keyFollows ? keyFor(next, others) : key });
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            onEnter();
          }}
          className={names(input, "min-w-0 grow basis-0")}
        />
        <input
          aria-label={t`Key of ${label}`}
          value={key}
          maxLength={40}
          spellCheck={false}
          autoCapitalize="off"
          onChange={(event) => onChange({ ...draft, key: event.target.value, keyFollows: false })}
          className={names(input, "hidden w-32! shrink-0 text-muted desk:block")}
        />
        <IconButton label={t`Move ${label} up`} disabled={!onUp} onClick={onUp} className="hidden desk:inline-flex">
          <ArrowUp className="size-4" aria-hidden />
        </IconButton>
        <IconButton label={t`Move ${label} down`} disabled={!onDown} onClick={onDown} className="hidden desk:inline-flex">
          <ArrowDown className="size-4" aria-hidden />
        </IconButton>
        <IconButton label={t`Remove ${label}`} onClick={onRemove}>
          <X className="size-4" aria-hidden />
        </IconButton>
      </div>
      {error && (
        <p id={id} role="alert" className="text-12 text-bad">
          {error}
        </p>
      )}
    </li>
  );
}
