import { Trans } from "@lingui/react/macro";
import { Button } from "@/ui/Button";

type Props = { pages: { hasMore: boolean; isBusy: boolean; more: () => void } };

/** Beneath a list that goes on. */
export function More({ pages: { hasMore, isBusy, more } }: Props) {
  if (!hasMore) return null;
  return (
    <div className="grid justify-items-center p-3">
      <Button size="small" kind="quiet" isBusy={isBusy} onClick={more}>
        <Trans>Load more</Trans>
      </Button>
    </div>
  );
}
