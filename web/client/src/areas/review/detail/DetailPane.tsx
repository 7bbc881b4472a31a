import { Plural, useLingui } from "@lingui/react/macro";
import { ChevronLeft, Layers, X } from "lucide-react";
import { Suspense, useEffect, useState } from "react";
import { useClient } from "urql";
import { KINDS } from "@/areas/work/kinds";
import { imageOf } from "@/editor/answers";
import { Button, IconButton } from "@/ui/Button";
import { later } from "@/ui/later";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { classes } from "@/ui/words";
import { type Acts, MOST_CLAIMED } from "../board/acts";
import { alike, type Ruling, type ShownCard, toJudge } from "../board/intents";
import { useReviewKeys } from "../board/keys";
import { select, useBoard } from "../board/store";
import { AppealBar } from "./AppealBar";
import { Bar, Frame, Hint } from "./Bar";
import { Item } from "./Item";
import { Reject } from "./Reject";
import { type Detail, fetchAhead, useLookedAt } from "./useLookedAt";

const AHEAD = 2;

/** The editor comes when something is to be mended. */
const Fix = later(() => import("./Fix"), "Fix");
const Together = later(() => import("./Together"), "Together");

/** A card to judge: the item with the answer over it, what was asked, what others said, and the keys to decide. */
export function DetailPane({ card, acts }: { card: ShownCard; acts: Acts }) {
  const { t, i18n } = useLingui();
  const client = useClient();
  const { detail, problem, retry } = useLookedAt(card);
  const [rejecting, setRejecting] = useState<string | null>(null);
  const isJudgeable = card.work.state === "IN_REVIEW" && !card.appeal && card.intent?.kind !== "decide" && (card.isMine || !card.holder);
  const isRejecting = isJudgeable && rejecting === card.key;
  // What is laid over the board, and of which card.
  const [over, setOver] = useState<{ is: "fix"; of: string } | { is: "together"; of: string; cards: readonly ShownCard[] } | null>(null);
  const laid = over?.of === card.key && isJudgeable ? over : null;
  const group = useAlike(card, isJudgeable);

  useEffect(() => {
    const next = after(card.key).slice(0, AHEAD);
    void (async () => {
      for (const each of next) await fetchAhead(client, each);
    })();
  }, [client, card.key]);

  const decide = (ruling: Ruling) => {
    if (!isJudgeable) return;
    const [next] = after(card.key);
    setRejecting(null);
    void acts.decide(card, ruling);
    select(next?.key ?? null);
  };
  const approve = () => decide({ decision: "APPROVED", reasons: [], comment: "" });
  const claim = () => void acts.claim([card]);
  const fix = async () => {
    if (isJudgeable && (await acts.claim([card]))) setOver({ is: "fix", of: card.key });
  };
  const together = async () => {
    if (group.length > 1 && (await acts.claim(group))) setOver({ is: "together", of: card.key, cards: group });
  };
  const release = () => card.isMine && void acts.release(card);
  const close = () => select(null);

  useReviewKeys({
    approve,
    reject: () => isJudgeable && setRejecting(card.key),
    fix: () => void fix(),
    together: () => void together(),
    release,
    close: () => (isRejecting ? setRejecting(null) : close()),
  });

  const { icon: Icon, label } = KINDS[card.work.project.kind];
  return (
    <section
      aria-label={t`Card`}
      className="fixed inset-0 z-30 flex min-h-0 flex-col overflow-y-auto bg-ground desk:static desk:z-auto desk:overflow-hidden desk:border-line desk:border-l"
    >
      <header className="sticky top-0 z-10 flex min-h-12 shrink-0 items-center gap-2 border-line border-b bg-surface pt-[env(safe-area-inset-top)] pr-2 pl-1 desk:min-h-10 desk:pl-4">
        <IconButton label={t`Back to the board`} onClick={close} className="desk:!hidden">
          <ChevronLeft className="size-5" aria-hidden />
        </IconButton>
        <Icon className="size-4 shrink-0 text-muted" role="img" aria-label={i18n._(label)} />
        <h2 className="min-w-0 truncate text-14">{card.work.item.externalId ?? card.work.project.title}</h2>
        <span className="min-w-0 truncate text-13 text-muted">{card.work.project.title}</span>
        <IconButton label={t`Close (Esc)`} onClick={close} className="!hidden desk:!inline-flex ml-auto">
          <X className="size-4" aria-hidden />
        </IconButton>
      </header>
      {problem && <Failed problem={problem} retry={retry} />}
      {!detail && !problem && <DetailSkeleton />}
      {detail && <Item key={hasPicture(detail) ? "picture" : card.key} detail={detail} />}
      <div className="sticky bottom-0 z-10 shrink-0">
        {group.length > 1 && !isRejecting && <Alike count={group.length} onTogether={() => void together()} />}
        {isRejecting && (
          <Reject onReject={(reasons, comment) => decide({ decision: "REJECTED", reasons, comment })} onCancel={() => setRejecting(null)} />
        )}
        {card.appeal ? (
          <AppealBar key={card.appeal.id} appealId={card.appeal.id} onDone={() => select(after(card.key)[0]?.key ?? null)} />
        ) : (
          <div className={classes(isRejecting && "hidden desk:block")}>
            <Bar
              card={card}
              verdict={detail?.annotation.verdict ?? null}
              onClaim={claim}
              onRelease={release}
              onApprove={approve}
              onReject={() => setRejecting(isRejecting ? null : card.key)}
              onFix={() => void fix()}
              onUndo={() => acts.undo(card.key)}
            />
          </div>
        )}
      </div>
      <Suspense>
        {laid?.is === "fix" && detail && card.reviewId && (
          <Fix
            card={card}
            reviewId={card.reviewId}
            detail={detail}
            onClose={() => setOver(null)}
            onDone={() => select(after(card.key)[0]?.key ?? null)}
          />
        )}
        {laid?.is === "together" && <Together cards={laid.cards} acts={acts} onClose={() => setOver(null)} />}
      </Suspense>
    </section>
  );
}

/** The card with what can be decided together with it. */
function useAlike(card: ShownCard, isJudgeable: boolean): readonly ShownCard[] {
  const columns = useBoard((state) => state.columns);
  return isJudgeable ? alike(columns, card, MOST_CLAIMED) : [card];
}

function Alike({ count, onTogether }: { count: number; onTogether: () => void }) {
  return (
    <Frame>
      <Layers className="size-4 shrink-0 text-muted" aria-hidden />
      <p className="grow">
        <Plural
          value={count - 1}
          one="# more of this person waits for the same reason."
          other="# more of this person wait for the same reason."
        />
      </p>
      <Button size="small" onClick={onTogether}>
        <Plural value={count} one="Decide # together" other="Decide # together" />
        <Hint>G</Hint>
      </Button>
    </Frame>
  );
}

function hasPicture({ annotation }: Detail): boolean {
  return imageOf(annotation.item.content) !== undefined;
}

/** What comes after a card when it is done with: the next to judge, or the next appeal. */
function after(key: string): readonly ShownCard[] {
  const { columns } = useBoard.getState();
  const cards = columns.appeals.some((card) => card.key === key) ? columns.appeals : toJudge(columns);
  const at = cards.findIndex((card) => card.key === key);
  return at < 0 ? cards : [...cards.slice(at + 1), ...cards.slice(0, at)];
}

function DetailSkeleton() {
  return (
    <div className="flex grow flex-col desk:flex-row">
      <div className="h-[46dvh] bg-stage desk:h-auto desk:grow" />
      <div className="grid w-full shrink-0 content-start gap-3 bg-surface p-4 desk:w-76">
        <Loading>
          <Skeleton className="h-4 w-24" />
          <Skeleton className="mt-3 h-16" />
          <Skeleton className="mt-6 h-4 w-32" />
          <Skeleton className="mt-3 h-32" />
        </Loading>
      </div>
    </div>
  );
}
