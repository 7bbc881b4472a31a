import { Trans } from "@lingui/react/macro";
import type { Scalar } from "@/api/graphql";
import { classes } from "@/ui/words";

type Appeal = { state: Scalar<"AppealState"> } | null;

/** Where an annotation stands, in a word. */
export function StatePill({ state, appeal }: { state: Scalar<"AnnotationState">; appeal: Appeal }) {
  const { tone, word } = shown(state, appeal);
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1.5 whitespace-nowrap rounded-full border border-line px-2.5 py-0.5 font-medium text-12",
        tone,
      )}
    >
      <span className="size-1.5 rounded-full bg-current" aria-hidden />
      {word}
    </span>
  );
}

function shown(state: Scalar<"AnnotationState">, appeal: Appeal) {
  if (appeal?.state === "OPEN") return { tone: "text-warning", word: <Trans>Appealed</Trans> };
  if (appeal?.state === "OVERTURNED") return { tone: "text-good", word: <Trans>Appeal won</Trans> };
  if (state === "APPROVED") return { tone: "text-good", word: <Trans>Approved</Trans> };
  if (state === "REJECTED") return { tone: "text-bad", word: <Trans>Not accepted</Trans> };
  return { tone: "text-muted", word: <Trans>In review</Trans> };
}
