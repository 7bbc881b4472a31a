import { Trans, useLingui } from "@lingui/react/macro";
import { AreaField } from "@/ui/Field";
import { Markdown } from "@/ui/Markdown";

const MOST = 20_000;

/** Markdown beside what it becomes. */
export function Instructions({ text, onChange, error }: { text: string; onChange: (text: string) => void; error: string | undefined }) {
  const { t } = useLingui();
  return (
    <div className="grid items-start gap-4 desk:grid-cols-2 desk:gap-6">
      <AreaField
        label={<span className="text-16">{t`Instructions`}</span>}
        hint={t`Markdown: # heading, **bold**, - list, 1. steps, > quote, [link](https://…)`}
        error={error}
        rows={12}
        maxLength={MOST}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        className="font-mono text-13!"
      />
      <div className="min-w-0">
        <p className="mb-1.5 font-medium text-13 text-muted">
          <Trans>As annotators read them</Trans>
        </p>
        <div className="rounded-8 border border-line bg-ground p-4 [overflow-wrap:anywhere]">
          {text.trim() ? (
            <Markdown text={text} headingLevel={3} />
          ) : (
            <p className="text-muted">
              <Trans>Say what counts, what does not, and what to do in doubt.</Trans>
            </p>
          )}
        </div>
      </div>
    </div>
  );
}
