import { Trans, useLingui } from "@lingui/react/macro";
import { Play, Square } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/ui/Button";
import { input } from "@/ui/Field";
import { useTitle } from "@/ui/Page";
import { Rows } from "@/ui/States";
import { classes } from "@/ui/words";
import { CodeArea, coloured, insert } from "./CodeArea";
import { Docs } from "./Docs";
import { Suggestions } from "./Suggestions";
import { SAMPLES } from "./samples";
import { typeAt } from "./schema";
import { type Outcome, useRunner, useSchema } from "./useConsole";

type Pane = "operation" | "result" | "schema";

/**
 * A console for the API under the page's own policy: GraphiQL's editor writes style elements and needs `unsafe-inline`. The token stays in
 * this page's memory.
 */
export function GraphiQL() {
  const { t, i18n } = useLingui();
  useTitle(t`GraphQL`);
  const [token, setToken] = useState("");
  const [query, setQuery] = useState(SAMPLES[0]!.query);
  const [variables, setVariables] = useState(SAMPLES[0]!.variables);
  const [pane, setPane] = useState<Pane>("operation");
  const { outcome, run, stop } = useRunner(token.trim());
  const schema = useSchema();
  const start = () => {
    setPane("result");
    void run(query, variables);
  };
  const visible = (name: Pane) => classes(pane === name ? "flex" : "hidden desk:flex", "min-h-0 min-w-0 flex-col");
  return (
    <div className="flex h-[calc(100dvh-48px-56px)] flex-col desk:h-dvh">
      <header className="flex flex-wrap items-center gap-2 border-line border-b bg-surface px-4 py-2">
        <h1 className="mr-2 text-16">GraphQL</h1>
        {outcome.isBusy ? (
          <Button size="small" onClick={stop}>
            <Square className="size-3.5" aria-hidden />
            <Trans>Stop</Trans>
          </Button>
        ) : (
          <Button size="small" kind="primary" onClick={start} title="Ctrl+Enter">
            <Play className="size-4" aria-hidden />
            <Trans>Run</Trans>
          </Button>
        )}
        <select
          aria-label={t`Begin with`}
          value=""
          onChange={(event) => {
            const sample = SAMPLES.find(({ key }) => key === event.target.value);
            if (!sample) return;
            setQuery(sample.query);
            setVariables(sample.variables);
            setPane("operation");
          }}
          className={`${input} w-auto! desk:min-h-8`}
        >
          <option value="">{t`Samples`}</option>
          {SAMPLES.map(({ key, label }) => (
            <option key={key} value={key}>
              {i18n._(label)}
            </option>
          ))}
        </select>
        <input
          type="password"
          aria-label={t`API token`}
          placeholder={t`API token; empty: as yourself`}
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          className={`${input} min-w-40 max-w-90 grow basis-40 desk:min-h-8`}
        />
      </header>
      <PaneTabs pane={pane} onChoose={setPane} />
      <div className="grid min-h-0 grow desk:grid-cols-2 wide:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_22rem]">
        <section aria-label={t`Operation`} className={visible("operation")}>
          <Operation
            query={query}
            onQuery={setQuery}
            variables={variables}
            onVariables={setVariables}
            onRun={start}
            schema={schema || null}
          />
        </section>
        <section aria-label={t`Result`} className={classes(visible("result"), "border-line desk:border-l")}>
          <Result outcome={outcome} />
        </section>
        <section
          aria-label={t`Schema`}
          className={classes(
            visible("schema"),
            "overflow-y-auto border-line bg-surface desk:col-span-2 desk:max-h-80 desk:border-t wide:col-span-1 wide:max-h-none wide:border-t-0 wide:border-l",
          )}
        >
          {schema ? (
            <Docs schema={schema} />
          ) : schema === null ? (
            <div className="p-4">
              <Rows count={6} className="h-8" />
            </div>
          ) : (
            <p className="p-4 text-muted">
              <Trans>The schema could not be read.</Trans>
            </p>
          )}
        </section>
      </div>
    </div>
  );
}

function PaneTabs({ pane, onChoose }: { pane: Pane; onChoose: (pane: Pane) => void }) {
  const { t } = useLingui();
  const panes: [Pane, string][] = [
    ["operation", t`Operation`],
    ["result", t`Result`],
    ["schema", t`Schema`],
  ];
  return (
    <fieldset aria-label={t`Shown`} className="flex min-w-0 border-line border-b bg-surface desk:hidden">
      {panes.map(([name, label]) => (
        <button
          key={name}
          type="button"
          aria-pressed={pane === name}
          onClick={() => onChoose(name)}
          className={classes(
            "min-h-11 grow border-b-2 font-medium text-13 -outline-offset-2",
            pane === name ? "border-accent text-ink" : "border-transparent text-muted",
          )}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

type OperationProps = {
  query: string;
  onQuery: (query: string) => void;
  variables: string;
  onVariables: (variables: string) => void;
  onRun: () => void;
  schema: Parameters<typeof typeAt>[2] | null;
};

function Operation({ query, onQuery, variables, onVariables, onRun, schema }: OperationProps) {
  const { t } = useLingui();
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const typed = /\w*$/.exec(query.slice(0, caret))?.[0] ?? "";
  const complete = (name: string) => {
    if (area.current) insert(area.current, name.slice(typed.length));
  };
  return (
    <>
      <CodeArea
        area={area}
        label={t`Operation`}
        value={query}
        onChange={onQuery}
        onRun={onRun}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        className="min-h-0 grow basis-2/3 bg-surface"
      />
      {schema && <Suggestions type={typeAt(query, caret - typed.length, schema)} typed={typed} onChoose={complete} />}
      <p className="border-line border-y bg-ground px-4 py-1.5 font-medium text-12 text-muted">
        <Trans>Variables</Trans>
      </p>
      <CodeArea
        label={t`Variables`}
        value={variables}
        onChange={onVariables}
        onRun={onRun}
        className="min-h-24 grow basis-1/4 bg-surface"
      />
    </>
  );
}

function Result({ outcome }: { outcome: Outcome }) {
  return (
    <>
      <p role="status" className="border-line border-b bg-ground px-4 py-1.5 text-12 text-muted">
        {outcome.status || <Trans>Ctrl+Enter runs the operation</Trans>}
      </p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        tabIndex={0}
        className="m-0 min-h-0 grow overflow-auto whitespace-pre-wrap break-words p-4 font-mono text-12 leading-5 -outline-offset-2"
      >
        {coloured(outcome.text)}
      </pre>
    </>
  );
}
