import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "@/ui/Button";

export type Pages = { after: string | null; number: number; next: (cursor: string) => void; back: () => void; reset: () => void };

/** Where a list stands that is read page by page behind a cursor. */
export function usePages(): Pages {
  const [cursors, setCursors] = useState<string[]>([]);
  return {
    after: cursors.at(-1) ?? null,
    number: cursors.length + 1,
    next: (cursor) => setCursors((before) => [...before, cursor]),
    back: () => setCursors((before) => before.slice(0, -1)),
    reset: () => setCursors([]),
  };
}

type Props = { pages: Pages; pageInfo: { hasNextPage: boolean; endCursor: string | null } };

export function Pager({ pages, pageInfo: { hasNextPage, endCursor } }: Props) {
  if (!hasNextPage && pages.number === 1) return null;
  return (
    <div className="flex items-center justify-between gap-3 pt-3">
      <Button size="small" disabled={pages.number === 1} onClick={pages.back}>
        <Trans>Previous</Trans>
      </Button>
      <span className="text-12 text-muted">
        <Trans>Page {pages.number}</Trans>
      </span>
      <Button size="small" disabled={!hasNextPage || !endCursor} onClick={() => endCursor && pages.next(endCursor)}>
        <Trans>Next</Trans>
      </Button>
    </div>
  );
}
