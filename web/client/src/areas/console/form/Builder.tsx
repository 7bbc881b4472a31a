import { Trans, useLingui } from "@lingui/react/macro";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Page";
import { FieldCard } from "./FieldCard";
import { FIELD_KINDS, type FieldKind } from "./kinds";
import type { ErrorAt, FieldDraft } from "./spec";
import { newField } from "./spec";

const MOST_FIELDS = 20;

type Props = { fields: FieldDraft[]; onChange: (fields: FieldDraft[]) => void; by: { at: ErrorAt; under: ErrorAt }; isFixed: boolean };

export function Builder({ fields, onChange, by, isFixed }: Props) {
  const { t, i18n } = useLingui();
  const [openId, setOpenId] = useState(fields[0]?.id);
  const [isAdding, setAdding] = useState(false);
  const add = (kind: FieldKind) => {
    const made = newField(kind, i18n._(FIELD_KINDS[kind].label), fields, [t`First class`, t`Second class`]);
    onChange([...fields, made]);
    setOpenId(made.id);
    setAdding(false);
  };
  const move = (from: number, to: number) => {
    const moved = fields[from];
    if (moved) onChange(fields.toSpliced(from, 1).toSpliced(to, 0, moved));
  };
  const error = by.at("form");
  return (
    <Card>
      <header className="flex items-baseline justify-between gap-3 px-4 pt-4 desk:px-6 desk:pt-5">
        <h2 className="text-16">
          <Trans>Form</Trans>
        </h2>
        <span className="text-12 text-muted">
          <Trans>
            {fields.length} of {MOST_FIELDS} fields
          </Trans>
        </span>
      </header>
      {error && (
        <p role="alert" className="px-4 pt-1 text-12 text-bad desk:px-6">
          {error}
        </p>
      )}
      <ol className="grid gap-2 p-3 desk:p-5 desk:pb-3">
        {fields.map((draft, index) => (
          <FieldCard
            key={draft.id}
            draft={draft}
            others={fields.filter(({ id }) => id !== draft.id).map(({ field }) => field)}
            place={index}
            count={fields.length}
            by={by}
            isFixed={isFixed}
            isOpen={openId === draft.id}
            onToggle={() => setOpenId(openId === draft.id ? undefined : draft.id)}
            onChange={(changed) => onChange(fields.with(index, changed))}
            onMove={(step) => move(index, index + step)}
            onRemove={() => onChange(fields.toSpliced(index, 1))}
          />
        ))}
      </ol>
      {!isFixed && (
        <div className="px-3 pb-4 desk:px-5 desk:pb-5">
          {isAdding ? (
            <Kinds onChoose={add} onCancel={() => setAdding(false)} />
          ) : (
            <Button size="small" disabled={fields.length >= MOST_FIELDS} onClick={() => setAdding(true)}>
              <Plus className="size-4" aria-hidden />
              <Trans>Add a field</Trans>
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}

function Kinds({ onChoose, onCancel }: { onChoose: (kind: FieldKind) => void; onCancel: () => void }) {
  const { i18n } = useLingui();
  return (
    <div className="rounded-12 border border-line p-2">
      <ul className="grid grid-cols-1 gap-1 min-[480px]:grid-cols-2">
        {(Object.keys(FIELD_KINDS) as FieldKind[]).map((kind) => {
          const { icon: Icon, label, about, floor } = FIELD_KINDS[kind];
          return (
            <li key={kind}>
              <button
                type="button"
                onClick={() => onChoose(kind)}
                className="flex min-h-14 w-full items-center gap-3 rounded-8 px-2.5 py-1.5 text-left hover:bg-ground"
              >
                <Icon className="size-5 shrink-0 text-accent" aria-hidden />
                <span className="grid min-w-0 grow">
                  <span className="font-medium">{i18n._(label)}</span>
                  <span className="text-12 text-muted">{i18n._(about)}</span>
                </span>
                <span className="text-12 text-muted">${floor}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <div className="flex items-center justify-between gap-3 px-2 pt-2">
        <p className="text-12 text-muted">
          <Trans>The sum is the least price of 1,000 answers.</Trans>
        </p>
        <Button kind="quiet" size="small" onClick={onCancel}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </div>
  );
}
