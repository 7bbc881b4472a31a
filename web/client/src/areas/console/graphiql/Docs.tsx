import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronLeft } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/ui/Button";
import { input } from "@/ui/Field";
import { type Argument, bareName, type Ref, type Schema, type SchemaField, type SchemaType, written } from "./schema";

/** The schema as a book: search it, follow its types. */
export function Docs({ schema }: { schema: Schema }) {
  const { t } = useLingui();
  const [path, setPath] = useState<string[]>([]);
  const [sought, setSought] = useState("");
  const shown = schema.types.get(path.at(-1) ?? "");
  const go = (name: string) => {
    setPath((before) => [...before, name]);
    setSought("");
  };
  return (
    <div className="grid content-start gap-3 p-4">
      <input
        type="search"
        aria-label={t`Search the schema`}
        placeholder={t`Search types and fields`}
        value={sought}
        onChange={(event) => setSought(event.target.value)}
        className={`${input} desk:min-h-9`}
      />
      {sought.trim().length > 1 ? (
        <Found schema={schema} sought={sought.trim().toLowerCase()} onGo={go} />
      ) : shown ? (
        <>
          <Button size="small" kind="quiet" className="-ml-2 justify-self-start" onClick={() => setPath((before) => before.slice(0, -1))}>
            <ChevronLeft className="size-4" aria-hidden />
            {path.at(-2) ?? <Trans>All</Trans>}
          </Button>
          <TypePage type={shown} onGo={go} />
        </>
      ) : (
        <Index schema={schema} onGo={go} />
      )}
    </div>
  );
}

function Index({ schema: { roots, types }, onGo }: { schema: Schema; onGo: (name: string) => void }) {
  const rest = [...types.keys()].filter((name) => !Object.values(roots).includes(name)).sort();
  return (
    <div className="grid gap-4">
      <div className="grid gap-1">
        {Object.values(roots)
          .filter(Boolean)
          .map((name) => (
            <NameButton key={name} name={name} onGo={onGo} isLarge />
          ))}
      </div>
      <div className="grid gap-0.5">
        <h2 className="text-12 text-muted">
          <Trans>All types</Trans>
        </h2>
        {rest.map((name) => (
          <NameButton key={name} name={name} onGo={onGo} />
        ))}
      </div>
    </div>
  );
}

function NameButton({ name, onGo, isLarge = false }: { name: string; onGo: (name: string) => void; isLarge?: boolean }) {
  return (
    <button
      type="button"
      onClick={() => onGo(name)}
      className={
        isLarge
          ? "min-h-11 rounded-8 border border-line px-3 text-left font-medium hover:bg-ground desk:min-h-9"
          : "-mx-2 min-h-11 rounded-6 px-2 text-left font-mono text-12 text-accent hover:bg-ground desk:min-h-7"
      }
    >
      {name}
    </button>
  );
}

const MOST_FOUND = 60;

function Found({ schema, sought, onGo }: { schema: Schema; sought: string; onGo: (name: string) => void }) {
  const found: { type: string; field?: string }[] = [];
  for (const { name, fields, inputFields } of schema.types.values()) {
    if (name.toLowerCase().includes(sought)) found.push({ type: name });
    for (const field of fields ?? inputFields ?? [])
      if (field.name.toLowerCase().includes(sought)) found.push({ type: name, field: field.name });
  }
  if (found.length === 0)
    return (
      <p className="text-muted">
        <Trans>Nothing of that name</Trans>
      </p>
    );
  return (
    <ul className="grid gap-0.5">
      {found.slice(0, MOST_FOUND).map(({ type, field }) => (
        <li key={`${type}.${field ?? ""}`} className="grid">
          <button
            type="button"
            onClick={() => onGo(type)}
            className="-mx-2 min-h-11 rounded-6 px-2 text-left font-mono text-12 hover:bg-ground desk:min-h-7"
          >
            <span className="text-accent">{type}</span>
            {field && `.${field}`}
          </button>
        </li>
      ))}
    </ul>
  );
}

function TypePage({ type, onGo }: { type: SchemaType; onGo: (name: string) => void }) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-1">
        <h2 className="font-mono text-16">{type.name}</h2>
        {type.description && <p className="text-13 text-muted">{type.description}</p>}
        {type.isOneOf && (
          <p className="text-13 text-muted">
            <Trans>Exactly one of these is given.</Trans>
          </p>
        )}
      </div>
      {type.fields?.map((field) => (
        <FieldEntry key={field.name} field={field} onGo={onGo} />
      ))}
      {type.inputFields?.map((field) => (
        <FieldEntry key={field.name} field={field} onGo={onGo} />
      ))}
      {type.enumValues && (
        <ul className="grid gap-1">
          {type.enumValues.map(({ name, description }) => (
            <li key={name}>
              <code className="text-12 text-warning">{name}</code>
              {description && <span className="block text-12 text-muted">{description}</span>}
            </li>
          ))}
        </ul>
      )}
      {type.possibleTypes && (
        <div className="grid gap-0.5">
          <h3 className="font-medium text-12 text-muted">
            <Trans>One of</Trans>
          </h3>
          {type.possibleTypes.map(({ name }) => (
            <NameButton key={name} name={name} onGo={onGo} />
          ))}
        </div>
      )}
    </div>
  );
}

function FieldEntry({ field, onGo }: { field: SchemaField | Argument; onGo: (name: string) => void }) {
  const args = "args" in field ? field.args : [];
  return (
    <div className="grid gap-1 border-line border-t pt-3 text-12">
      <p className="break-words font-mono">
        <strong className="font-semibold">{field.name}</strong>
        {args.length === 0 && <TypeRef type={field.type} onGo={onGo} />}
        {"defaultValue" in field && field.defaultValue !== null && <span className="text-muted"> = {field.defaultValue}</span>}
      </p>
      {args.length > 0 && (
        <>
          <ul className="grid gap-0.5 pl-4 font-mono">
            {args.map(({ name, type, defaultValue, description }) => (
              <li key={name} title={description ?? undefined}>
                {name}
                <TypeRef type={type} onGo={onGo} />
                {defaultValue !== null && <span className="text-muted"> = {defaultValue}</span>}
              </li>
            ))}
          </ul>
          <p className="font-mono">
            →<TypeRef type={field.type} onGo={onGo} isBare />
          </p>
        </>
      )}
      {field.description && <p className="text-muted">{field.description}</p>}
    </div>
  );
}

function TypeRef({ type, onGo, isBare = false }: { type: Ref; onGo: (name: string) => void; isBare?: boolean }): ReactNode {
  return (
    <>
      {isBare ? " " : ": "}
      <button type="button" onClick={() => onGo(bareName(type))} className="min-h-6 rounded-6 text-accent hover:underline">
        {written(type)}
      </button>
    </>
  );
}
