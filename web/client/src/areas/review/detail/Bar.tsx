import { Trans, useLingui } from "@lingui/react/macro";
import { Check, PencilRuler, Undo2, X } from "lucide-react";
import type { ReactNode } from "react";
import { ReasonList } from "@/areas/work/reasons";
import { useKeys } from "@/editor/keys";
import { Button } from "@/ui/Button";
import { countdown, useFormat } from "@/ui/format";
import { useNow } from "../board/clock";
import { Face } from "../board/Faces";
import type { ShownCard } from "../board/intents";
import type { LookedAt } from "./documents";

type Props = {
  card: ShownCard;
  verdict: LookedAt["verdict"];
  onClaim: () => void;
  onRelease: () => void;
  onApprove: () => void;
  onReject: () => void;
  onFix: () => void;
  onUndo: () => void;
};

/** Beneath a card: what can be done with it now. */
export function Bar({ card, verdict, onClaim, onRelease, onApprove, onReject, onFix, onUndo }: Props) {
  const { t } = useLingui();
  if (card.intent?.kind === "decide") return <Undo card={card} onUndo={onUndo} />;
  if (card.work.state !== "IN_REVIEW") return verdict && <Decided verdict={verdict} />;
  if (card.holder && !card.isMine) return <HeldByOther card={card} />;
  return (
    <Frame>
      {card.isMine ? (
        <>
          <Button kind="quiet" size="small" onClick={onRelease}>
            <Trans>Release</Trans>
            <Hint>R</Hint>
          </Button>
          <Left card={card} />
        </>
      ) : (
        <Button size="small" onClick={onClaim}>
          <Trans>Claim</Trans>
          <Hint>C</Hint>
        </Button>
      )}
      <span className="ml-auto flex gap-2">
        <Button kind="danger" size="small" onClick={onReject}>
          <X className="size-4" aria-hidden />
          <Trans>Reject</Trans>
          <Hint>X</Hint>
        </Button>
        <Button size="small" onClick={onFix} title={t`Mend it in the editor, and approve it`} className="max-desk:!px-0 max-desk:w-11">
          <PencilRuler className="size-4" aria-hidden />
          <span className="max-desk:sr-only">
            <Trans>Fix</Trans>
          </span>
          <Hint>F</Hint>
        </Button>
        <Button kind="primary" size="small" onClick={onApprove} className="desk:min-w-28">
          <Check className="size-4" aria-hidden />
          <Trans>Approve</Trans>
          <Hint>A</Hint>
        </Button>
      </span>
    </Frame>
  );
}

export function Frame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-15 shrink-0 items-center gap-2 border-line border-t bg-surface px-3 py-2 pb-[calc(8px+env(safe-area-inset-bottom))] text-13 desk:min-h-12">
      {children}
    </div>
  );
}

export function Hint({ children }: { children: string }) {
  const areOn = useKeys((state) => state.areOn);
  if (!areOn) return null;
  return (
    <kbd aria-hidden className="hidden rounded-6 border border-current px-1 font-sans text-11 leading-4 desk:inline-block">
      {children}
    </kbd>
  );
}

function Undo({ card, onUndo }: { card: ShownCard; onUndo: () => void }) {
  const ruling = card.intent?.kind === "decide" ? card.intent : null;
  return (
    <Frame>
      <span role="status" className="grow">
        {ruling?.ruling.decision === "APPROVED" ? (
          <Trans>Approved, and sent in a moment.</Trans>
        ) : (
          <Trans>Rejected, and sent in a moment.</Trans>
        )}
      </span>
      <Button size="small" onClick={onUndo} disabled={ruling?.isSent}>
        <Undo2 className="size-4" aria-hidden />
        <Trans>Undo</Trans>
        <Hint>U</Hint>
      </Button>
    </Frame>
  );
}

export function Left({ card }: { card: ShownCard }) {
  const now = useNow();
  if (!card.expiresAt) return null;
  const left = countdown((Date.parse(card.expiresAt) - now) / 1_000);
  return (
    <span className="text-12 text-muted max-desk:hidden">
      <Trans>yours for {left}</Trans>
    </span>
  );
}

function HeldByOther({ card }: { card: ShownCard }) {
  const now = useNow();
  const left = countdown(card.expiresAt ? (Date.parse(card.expiresAt) - now) / 1_000 : 0);
  return (
    <Frame>
      {card.holder && <Face person={card.holder} isDecorative />}
      <span>
        <Trans>
          {card.holder?.displayName} is looking at it, for {left} more.
        </Trans>
      </span>
    </Frame>
  );
}

function Decided({ verdict }: { verdict: NonNullable<LookedAt["verdict"]> }) {
  const format = useFormat();
  const isGood = verdict.decision === "APPROVED";
  return (
    <Frame>
      <p>
        <span className={isGood ? "font-semibold text-good" : "font-semibold text-bad"}>
          {isGood ? <Trans>Approved</Trans> : <Trans>Rejected</Trans>}
        </span>
        {verdict.reasons.length > 0 && (
          <>
            {": "}
            <ReasonList reasons={verdict.reasons} />
          </>
        )}
        <span className="text-muted">
          {" · "}
          {format.time(verdict.decidedAt)}
          {verdict.comment && <> · “{verdict.comment}”</>}
        </span>
      </p>
    </Frame>
  );
}
