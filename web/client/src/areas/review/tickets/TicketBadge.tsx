import { Trans } from "@lingui/react/macro";
import { classes } from "@/ui/words";
import type { TicketThread } from "./documents";

export function TicketBadge({ state }: { state: TicketThread["state"] }) {
  const look = { OPEN: "bg-warning/12 text-warning", ANSWERED: "bg-good/12 text-good", CLOSED: "bg-line text-ink" }[state];
  const word = { OPEN: <Trans>Open</Trans>, ANSWERED: <Trans>Answered</Trans>, CLOSED: <Trans>Closed</Trans> }[state];
  return <span className={classes("shrink-0 rounded-full px-2 py-px font-medium text-11", look)}>{word}</span>;
}
