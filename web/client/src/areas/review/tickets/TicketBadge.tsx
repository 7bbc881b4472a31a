import { Trans } from "@lingui/react/macro";
import { classes } from "@/ui/words";
import type { TicketThread } from "./documents";

export function TicketBadge({ state }: { state: TicketThread["state"] }) {
  const look = { OPEN: "border-warning/40 text-warning", ANSWERED: "border-good/40 text-good", CLOSED: "border-line text-muted" }[state];
  const word = { OPEN: <Trans>Open</Trans>, ANSWERED: <Trans>Answered</Trans>, CLOSED: <Trans>Closed</Trans> }[state];
  return <span className={classes("shrink-0 rounded-full border bg-surface px-2 py-px font-medium text-11", look)}>{word}</span>;
}
