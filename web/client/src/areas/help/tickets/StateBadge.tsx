import { Trans } from "@lingui/react/macro";
import { classes } from "@/ui/words";
import type { Ticket } from "./documents";

/** How a ticket stands, as its owner sees it. */
export function StateBadge({ state }: { state: Ticket["state"] }) {
  const look = { OPEN: "bg-warning/8 text-warning", ANSWERED: "bg-good/8 text-good", CLOSED: "bg-line text-ink" }[state];
  const word = { OPEN: <Trans>Waiting</Trans>, ANSWERED: <Trans>Answered</Trans>, CLOSED: <Trans>Closed</Trans> }[state];
  return <span className={classes("shrink-0 rounded-full px-2 py-px font-medium text-11", look)}>{word}</span>;
}
