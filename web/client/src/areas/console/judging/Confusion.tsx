import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import type { FieldFigures } from "./documents";

/** Of each field how often it is right; of those with classes, which are taken for which. */
export function Confusion({ fields }: { fields: readonly FieldFigures[] }) {
  const { t } = useLingui();
  const told = fields.filter(({ answers }) => answers > 0);
  const [chosenKey, setChosenKey] = useState<string>();
  const shown = told.find(({ key }) => key === chosenKey) ?? told.find(({ confusion }) => confusion.length > 0) ?? told[0];
  if (!shown)
    return (
      <Card className="grid gap-2 p-4 desk:p-6">
        <h2 className="text-16">
          <Trans>Field by field</Trans>
        </h2>
        <p className="text-13 text-muted">
          <Trans>Shown as soon as items are finished that several people answered, or whose answer is known.</Trans>
        </p>
      </Card>
    );
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 desk:p-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-16">
          <Trans>Field by field</Trans>
        </h2>
        {told.length > 1 && (
          <Filters<string>
            label={t`Field`}
            options={told.map(({ key, label }) => [key, label] as const)}
            chosen={shown.key}
            onChoose={setChosenKey}
          />
        )}
      </div>
      <OneField field={shown} />
    </Card>
  );
}

function OneField({ field }: { field: FieldFigures }) {
  const format = useFormat();
  const { label, answers, right, agreement, confusion } = field;
  return (
    <>
      <p className="text-13">
        <span className="font-medium">{label}</span>
        {": "}
        <Trans>
          {format.share(right / answers)} right of <Plural value={answers} one="# answer" other="# answers" />
        </Trans>
        {agreement !== null && (
          <span className="text-muted">
            {" · "}
            <Trans>two answers to one item are {format.share(agreement)} alike</Trans>
          </span>
        )}
      </p>
      {confusion.length > 0 && <Matrix field={field} />}
    </>
  );
}

type Cell = { wanted: string | null; given: string | null; times: number };

/** Rows are what was wanted, columns what was given: the stronger a cell, the larger its part of the row. */
function Matrix({ field: { label, classes, confusion } }: { field: FieldFigures }) {
  const { t } = useLingui();
  const format = useFormat();
  const named = new Map(classes.map((each) => [each.key, each.label]));
  const seen = new Set(confusion.flatMap(({ wanted, given }) => [wanted, given]));
  const keys = classes.map(({ key }) => key).filter((key) => seen.has(key));
  const nothing = t`Nothing`;
  const name = (key: string | null) => (key === null ? nothing : (named.get(key) ?? key));
  const rows = confusion.some(({ wanted }) => wanted === null) ? [...keys, null] : keys;
  const columns = confusion.some(({ given }) => given === null) ? [...keys, null] : keys;
  const timesOf = new Map(confusion.map(({ wanted, given, times }) => [JSON.stringify([wanted, given]), times]));
  const times = (wanted: string | null, given: string | null) => timesOf.get(JSON.stringify([wanted, given])) ?? 0;
  return (
    <>
      <Worst confusion={confusion} name={name} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <section aria-label={t`What is taken for what: ${label}`} tabIndex={0} className="overflow-x-auto">
        <table className="border-separate border-spacing-0.5 text-12">
          <caption className="sr-only">
            <Trans>Rows are what was wanted, columns what was given.</Trans>
          </caption>
          <thead>
            <tr>
              <td className="pr-2 text-right align-bottom text-11 text-muted">
                <Trans>wanted ↓ given →</Trans>
              </td>
              {columns.map((given) => (
                <th key={given ?? ""} scope="col" className="max-w-28 truncate px-1 py-1 font-medium" title={name(given)}>
                  {given === null ? <Trans>Missed</Trans> : name(given)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((wanted) => {
              const all = columns.reduce((sum, given) => sum + times(wanted, given), 0);
              return (
                <tr key={wanted ?? ""}>
                  <th scope="row" className="max-w-40 truncate py-1 pr-2 text-right font-medium" title={name(wanted)}>
                    {wanted === null ? <Trans>Nothing there</Trans> : name(wanted)}
                  </th>
                  {columns.map((given) => {
                    const count = times(wanted, given);
                    const share = all > 0 ? count / all : 0;
                    return (
                      <td
                        key={given ?? ""}
                        title={t`${name(given)} for ${name(wanted)}: ${format.number(count)} of ${format.number(all)}`}
                        className="h-9 min-w-14 rounded-6 px-2 text-center text-ink"
                        style={{
                          background: `color-mix(in srgb, var(${wanted === given ? "--good" : "--bad"}) ${Math.round(share * 38)}%, var(--ground))`,
                        }}
                      >
                        {count > 0 ? format.number(count) : <span className="text-muted">·</span>}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </>
  );
}

/** What goes wrong most often, in a sentence. */
function Worst({ confusion, name }: { confusion: readonly Cell[]; name: (key: string | null) => string }) {
  const worst = confusion.filter(({ wanted, given }) => wanted !== given).sort((a, b) => b.times - a.times)[0];
  if (!worst) return null;
  const [wanted, given] = [name(worst.wanted), name(worst.given)];
  return (
    <p className="text-13 text-muted">
      {worst.given === null ? (
        <Trans>
          Most often “{wanted}” is missed: <Plural value={worst.times} one="# time" other="# times" />.
        </Trans>
      ) : worst.wanted === null ? (
        <Trans>
          Most often “{given}” is marked where nothing is: <Plural value={worst.times} one="# time" other="# times" />.
        </Trans>
      ) : (
        <Trans>
          Most often “{wanted}” is taken for “{given}”: <Plural value={worst.times} one="# time" other="# times" />.
        </Trans>
      )}
    </p>
  );
}
