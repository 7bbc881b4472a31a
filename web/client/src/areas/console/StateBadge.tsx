import { Trans } from "@lingui/react/macro";
import { classes } from "@/ui/words";
import type { ProjectState } from "./documents";

/** A dot and a word. */
export function StateBadge({ state }: { state: ProjectState }) {
  const dot = { DRAFT: "border-2 border-muted", OPEN: "bg-good", PAUSED: "bg-warning", CLOSED: "bg-muted" }[state];
  const word = { DRAFT: <Trans>Draft</Trans>, OPEN: <Trans>Open</Trans>, PAUSED: <Trans>Paused</Trans>, CLOSED: <Trans>Closed</Trans> }[
    state
  ];
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5 rounded-full border border-line px-2.5 py-0.5 font-medium text-12">
      <span className={classes("size-2 rounded-full", dot)} aria-hidden />
      {word}
    </span>
  );
}
