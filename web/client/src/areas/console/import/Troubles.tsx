import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Download } from "lucide-react";
import { Button } from "@/ui/Button";
import type { Trouble } from "./plan";
import { asCsv, wordsOf } from "./troubleWords";

const SHOWN = 100;

/** What was not brought, by file and line, to read here or take along. */
export function Troubles({ troubles }: { troubles: readonly Trouble[] }) {
  const { t, i18n } = useLingui();
  if (troubles.length === 0) return null;
  const download = () => {
    const lines = troubles.map((trouble) => [trouble.file, String(trouble.line ?? ""), i18n._(wordsOf(trouble))]);
    const url = URL.createObjectURL(new Blob([asCsv([["file", "line", "problem"], ...lines])], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "import-problems.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <section aria-label={t`What was left out`} className="grid gap-2">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-14">
          <Plural value={troubles.length} one="# thing to look at" other="# things to look at" />
        </h2>
        <Button size="small" onClick={download}>
          <Download className="size-4" aria-hidden />
          <Trans>Download the list</Trans>
        </Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div className="max-h-72 overflow-auto rounded-8 border border-line" tabIndex={0}>
        <table className="w-full text-left text-13">
          <thead className="sticky top-0 bg-surface text-12 text-muted">
            <tr>
              <th scope="col" className="px-3 py-2 font-medium">
                <Trans>File</Trans>
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                <Trans>Line</Trans>
              </th>
              <th scope="col" className="px-3 py-2 font-medium">
                <Trans>What is wrong</Trans>
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-line border-t">
            {troubles.slice(0, SHOWN).map((trouble) => (
              <tr key={`${trouble.file} ${trouble.line} ${trouble.code} ${trouble.about}`} className="align-top">
                <td className="max-w-48 break-all px-3 py-2 text-muted">{trouble.file}</td>
                <td className="px-3 py-2 text-right text-muted">{trouble.line}</td>
                <td className="px-3 py-2">{i18n._(wordsOf(trouble))}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {troubles.length > SHOWN && (
          <p className="border-line border-t px-3 py-2 text-12 text-muted">
            <Trans>The first {SHOWN}; the list has them all.</Trans>
          </p>
        )}
      </div>
    </section>
  );
}
