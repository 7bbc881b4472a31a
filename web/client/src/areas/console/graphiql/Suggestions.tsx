import { Trans } from "@lingui/react/macro";
import type { SchemaType } from "./schema";
import { written } from "./schema";

const SHOWN = 40;

/** The fields that can be written where the cursor stands, a touch away. */
export function Suggestions({ type, typed, onChoose }: { type: SchemaType | null; typed: string; onChoose: (name: string) => void }) {
  const fields = type?.fields ?? [];
  const fitting = fields.filter(({ name }) => name.toLowerCase().startsWith(typed.toLowerCase()) && name !== typed);
  if (!type || fitting.length === 0) return null;
  return (
    <div className="flex items-center gap-1 overflow-x-auto border-line border-t px-3 py-1.5 text-12">
      <span className="shrink-0 pr-1 text-muted">
        <Trans>Fields of {type.name}</Trans>
      </span>
      {fitting.slice(0, SHOWN).map(({ name, type: ref }) => (
        <button
          key={name}
          type="button"
          title={`${name}: ${written(ref)}`}
          onClick={() => onChoose(name)}
          className="min-h-11 shrink-0 rounded-6 border border-line px-2 font-mono hover:bg-ground desk:min-h-7"
        >
          {name}
        </button>
      ))}
    </div>
  );
}
