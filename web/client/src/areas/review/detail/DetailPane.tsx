import { useLingui } from "@lingui/react/macro";
import { ChevronLeft, X } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useClient } from "urql";
import { KINDS } from "@/areas/work/kinds";
import { AudioBlock } from "@/editor/AudioBlock";
import { imageOf } from "@/editor/answers";
import { IconButton } from "@/ui/Button";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { classes } from "@/ui/words";
import type { Acts } from "../board/acts";
import { type Ruling, type ShownCard, toJudge } from "../board/intents";
import { useReviewKeys } from "../board/keys";
import { select, useBoard } from "../board/store";
import { Scroll } from "../Scroll";
import { AppealBar, BothSides } from "./AppealBar";
import { Bar } from "./Bar";
import { MarkedText } from "./MarkedText";
import { Reject } from "./Reject";
import { Side } from "./Side";
import { type Detail, fetchAhead, useLookedAt } from "./useLookedAt";

const AHEAD = 2;
/** The drawing engine comes with the first card, not with the board. */
const Stage = lazy(() => import("./Stage").then(({ Stage }) => ({ default: Stage })));

/** A card to judge: the item with the answer over it, what was asked, what others said, and the keys to decide. */
export function DetailPane({ card, acts }: { card: ShownCard; acts: Acts }) {
  const { t, i18n } = useLingui();
  const client = useClient();
  const { detail, problem, retry } = useLookedAt(card);
  const [rejecting, setRejecting] = useState<string | null>(null);
  const isJudgeable = card.work.state === "IN_REVIEW" && !card.appeal && card.intent?.kind !== "decide" && (card.isMine || !card.holder);
  const isRejecting = isJudgeable && rejecting === card.key;

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
  const release = () => card.isMine && void acts.release(card);
  const close = () => select(null);

  useReviewKeys({
    approve,
    reject: () => isJudgeable && setRejecting(card.key),
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
              onUndo={() => acts.undo(card.key)}
            />
          </div>
        )}
      </div>
    </section>
  );
}

const NOBODY: ReadonlySet<string> = new Set();

function Item({ detail }: { detail: Detail }) {
  const { t } = useLingui();
  const { annotation, others, appeal } = detail;
  const { content } = annotation.item;
  const image = imageOf(content);
  const [laidOver, setLaidOver] = useState<{ of: string; ids: ReadonlySet<string> }>({ of: "", ids: NOBODY });
  const laid = laidOver.of === annotation.id ? laidOver.ids : NOBODY;
  const lay = (ids: Iterable<string>) => setLaidOver({ of: annotation.id, ids: new Set(ids) });
  const toggle = (id: string) => lay(laid.has(id) ? [...laid].filter((each) => each !== id) : [...laid, id]);
  useReviewKeys({
    others: () => {
      const at = others.findIndex(({ id }) => laid.has(id));
      const next = others[at + 1];
      lay(next ? [next.id] : []);
    },
  });
  const spanField = annotation.project.form.find((field) => field.__typename === "SpanField");
  const rest = content.filter((block) => block !== image);
  return (
    <div className="flex shrink-0 flex-col desk:min-h-0 desk:shrink desk:grow desk:flex-row">
      <div className="flex min-h-0 min-w-0 flex-col desk:grow">
        {image && (
          <Suspense fallback={<div className="h-[46dvh] bg-stage desk:h-auto desk:grow" />}>
            <Stage
              image={image}
              form={annotation.project.form}
              answers={annotation.answers}
              others={others.filter(({ id }) => laid.has(id))}
              conflicts={detail.conflicts}
            />
          </Suspense>
        )}
        {rest.length > 0 && (
          <Scroll
            aria-label={annotation.project.title}
            className={classes("grid content-start gap-3 overflow-y-auto p-4", image ? "max-h-60 shrink-0" : "grow desk:p-6")}
          >
            {content.map((block, index) => {
              const key = `${annotation.id}:${index}`;
              if (block === image) return null;
              if (block.__typename === "TextContent")
                return <MarkedText key={key} index={index} block={block} field={spanField} answers={annotation.answers} />;
              if (block.__typename === "AudioContent") return <AudioBlock key={key} url={block.url} seconds={block.seconds} />;
              return (
                <img
                  key={key}
                  src={block.url}
                  alt={block.alt}
                  width={block.width}
                  height={block.height}
                  className="max-h-100 w-auto rounded-8"
                />
              );
            })}
          </Scroll>
        )}
      </div>
      <Scroll
        aria-label={t`Answer and instructions`}
        className="shrink-0 border-line bg-surface desk:w-76 desk:overflow-y-auto desk:border-l"
      >
        <Side detail={detail} laid={laid} onLay={toggle} head={appeal && <BothSides appeal={appeal} verdict={annotation.verdict} />} />
      </Scroll>
    </div>
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
