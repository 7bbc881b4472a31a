import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowDown, ArrowUp, ChevronDown, Trash2 } from "lucide-react";
import type { Field } from "@/editor/documents";
import { IconButton } from "@/ui/Button";
import { AreaField, TextField } from "@/ui/Field";
import { classes } from "@/ui/words";
import { Check } from "./Check";
import { ClassList } from "./ClassList";
import { keyFor } from "./keys";
import { FIELD_KINDS, kindOf } from "./kinds";
import { OwnSettings } from "./OwnSettings";
import type { ErrorAt, FieldDraft } from "./spec";

type Props = {
  draft: FieldDraft;
  others: readonly Field[];
  place: number;
  count: number;
  by: { at: ErrorAt; under: ErrorAt };
  isFixed: boolean;
  isOpen: boolean;
  onToggle: () => void;
  onChange: (draft: FieldDraft) => void;
  onMove: (step: 1 | -1) => void;
  onRemove: () => void;
};

/** One field of the form: a line that opens into all that can be said of it. */
export function FieldCard({ draft, others, place, count, by, isFixed, isOpen, onToggle, onChange, onMove, onRemove }: Props) {
  const { t, i18n } = useLingui();
  const { field, id } = draft;
  const { icon: Icon, label: kindLabel } = FIELD_KINDS[kindOf(field)];
  const at: ErrorAt = (...path) => by.at("form", id, ...path);
  const isWrong = Boolean(by.under("form", id));
  const set = (changed: Partial<Field>) => onChange({ ...draft, field: { ...field, ...changed } as Field });
  return (
    <li className={classes("rounded-12 border", isWrong ? "border-bad" : "border-line")}>
      <div className="flex items-center gap-1 p-1.5 pl-2">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onToggle}
          className="flex min-h-11 min-w-0 grow items-center gap-3 rounded-8 px-1.5 text-left"
        >
          <Icon className="size-5 shrink-0 text-accent" aria-hidden />
          <span className="grid min-w-0 grow">
            <span className="truncate font-medium">{field.label || <Trans>No label yet</Trans>}</span>
            <span className="truncate text-12 text-muted">
              {i18n._(kindLabel)}
              {!field.required && (
                <>
                  {" · "}
                  <Trans>optional</Trans>
                </>
              )}
            </span>
          </span>
          <ChevronDown
            className={classes("size-4 shrink-0 text-muted transition-[rotate] duration-120", isOpen && "rotate-180")}
            aria-hidden
          />
        </button>
        {!isFixed && (
          <>
            <IconButton label={t`Move up`} disabled={place === 0} onClick={() => onMove(-1)}>
              <ArrowUp className="size-4" aria-hidden />
            </IconButton>
            <IconButton label={t`Move down`} disabled={place === count - 1} onClick={() => onMove(1)}>
              <ArrowDown className="size-4" aria-hidden />
            </IconButton>
            <IconButton label={t`Remove this field`} onClick={onRemove}>
              <Trash2 className="size-4" aria-hidden />
            </IconButton>
          </>
        )}
      </div>
      {isOpen && (
        <fieldset disabled={isFixed} className="grid gap-4 border-line border-t p-3 desk:p-4">
          <legend className="sr-only">{field.label}</legend>
          <TextField
            label={t`Question`}
            error={at("label")}
            maxLength={200}
            value={field.label}
            onChange={(event) => {
              const label = event.target.value;
              set({ label, ...(draft.keyFollows && { key: keyFor(label, others) }) });
            }}
          />
          <AreaField
            label={t`Help beneath it`}
            error={at("help")}
            rows={2}
            maxLength={2000}
            value={field.help ?? ""}
            onChange={(event) => set({ help: event.target.value })}
          />
          <OwnSettings field={field} at={at} onChange={set} />
          {(field.__typename === "ChoiceField" || "classes" in field) && (
            <ClassList
              title={field.__typename === "ChoiceField" ? t`Options` : t`Classes`}
              classes={draft.classes}
              onChange={(changed) => onChange({ ...draft, classes: changed })}
              error={at("options") ?? at("classes")}
              at={(...path) => at("classes", ...path)}
            />
          )}
          <Check isOn={field.required} onChange={(required) => set({ required })} label={<Trans>An answer is required</Trans>} />
          <div className="max-w-80">
            <TextField
              label={t`Key`}
              hint={t`What results name it by.`}
              error={at("key")}
              maxLength={40}
              spellCheck={false}
              autoCapitalize="off"
              value={field.key}
              onChange={(event) => onChange({ ...draft, keyFollows: false, field: { ...field, key: event.target.value } })}
            />
          </div>
        </fieldset>
      )}
    </li>
  );
}
