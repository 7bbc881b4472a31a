import { Trans } from "@lingui/react/macro";
import { useLink } from "@/api/socket";
import { classes } from "@/ui/words";

/** A dot and a word: whether what is on the page is how it stands now. */
export function ConnectionPill({ isStacked = false }: { isStacked?: boolean }) {
  const link = useLink((state) => state.link);
  const dot = { live: "bg-good", reconnecting: "bg-warning animate-[breathe_1.6s_ease-in-out_infinite]", offline: "bg-bad" }[link];
  const word = { live: <Trans>Live</Trans>, reconnecting: <Trans>Reconnecting</Trans>, offline: <Trans>Offline</Trans> }[link];
  return (
    <span
      role="status"
      data-link={link}
      className={classes(
        "inline-flex items-center gap-1.5 font-medium text-11 text-muted",
        isStacked ? "flex-col text-center" : "rounded-full border border-line px-2.5 py-1",
      )}
    >
      <span className={classes("size-2 rounded-full", dot)} aria-hidden />
      {word}
    </span>
  );
}
