import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Check, X } from "lucide-react";
import { useMemo, useState } from "react";
import { AnswerSummary } from "@/editor/AnswerSummary";
import { answersOf, imageOf } from "@/editor/answers";
import { ConflictList, marksOf } from "@/editor/conflicts";
import { Picture } from "@/editor/Picture";
import { Button, IconButton } from "@/ui/Button";
import { Loading, Skeleton } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { classes } from "@/ui/words";
import { type Acts, UNDO_MS } from "../board/acts";
import type { Ruling, ShownCard } from "../board/intents";
import { useReviewKeys } from "../board/keys";
import { select } from "../board/store";
import { Scroll } from "../Scroll";
import { DOUBTS } from "../words";
import { Hint } from "./Bar";
import { MarkedText } from "./MarkedText";
import { Reject } from "./Reject";
import { useLookedAt } from "./useLookedAt";

type Props = { cards: readonly ShownCard[]; acts: Acts; onClose: () => void };

/** What one annotator did alike, side by side: one decision for all that are chosen. */
export function Together({ cards, acts, onClose }: Props) {
  const { t, i18n } = useLingui();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isRejecting, setRejecting] = useState(false);
  const chosen = cards.filter(({ key }) => !left.has(key));
  const [first] = cards;
  const toggle = (key: string) =>
    setLeft((before) => (before.has(key) ? new Set([...before].filter((each) => each !== key)) : new Set([...before, key])));

  const decide = (ruling: Ruling) => {
    const [only] = chosen;
    if (!only) return;
    acts.decideTogether(chosen, ruling);
    select(cards.find(({ key }) => left.has(key))?.key ?? null);
    onClose();
    const count = chosen.length;
    toast({
      id: "together",
      tone: ruling.decision === "APPROVED" ? "good" : "plain",
      title:
        ruling.decision === "APPROVED" ? (
          <Plural value={count} one="# approved, and sent in a moment" other="# approved, and sent in a moment" />
        ) : (
          <Plural value={count} one="# rejected, and sent in a moment" other="# rejected, and sent in a moment" />
        ),
      milliseconds: UNDO_MS,
      action: (
        <Button size="small" onClick={() => acts.undo(only.key)}>
          <Trans>Undo</Trans>
        </Button>
      ),
    });
  };
  const approve = () => decide({ decision: "APPROVED", reasons: [], comment: "" });
  useReviewKeys(
    {
      approve,
      reject: () => chosen.length > 0 && setRejecting(true),
      close: () => (isRejecting ? setRejecting(false) : onClose()),
    },
    "together",
  );

  const name = first?.work.annotator?.displayName ?? t`Somebody`;
  return (
    <section data-layer="together" aria-label={t`Decide together`} className="fixed inset-0 z-40 flex flex-col bg-ground">
      <header className="flex min-h-14 shrink-0 items-center gap-2 border-line border-b bg-surface pt-[env(safe-area-inset-top)] pr-2 pl-4">
        <div className="grid min-w-0 grow">
          <h2 className="truncate text-14">
            <Trans>
              {cards.length} alike by {name}
            </Trans>
          </h2>
          <p className="truncate text-12 text-muted">
            {first?.doubt && <>{i18n._(DOUBTS[first.doubt.reason])} · </>}
            {first?.work.project.title}
          </p>
        </div>
        <IconButton label={t`Back to the card (Esc)`} onClick={onClose}>
          <X className="size-4" aria-hidden />
        </IconButton>
      </header>
      <Scroll aria-label={t`Answers to decide on`} className="min-h-0 grow overflow-y-auto p-4">
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,16rem),1fr))] gap-4">
          {cards.map((card) => (
            <li key={card.key}>
              <Tile card={card} isChosen={!left.has(card.key)} onToggle={() => toggle(card.key)} />
            </li>
          ))}
        </ul>
      </Scroll>
      <div className="shrink-0">
        {isRejecting ? (
          <Reject
            layer="together"
            onReject={(reasons, comment) => decide({ decision: "REJECTED", reasons, comment })}
            onCancel={() => setRejecting(false)}
          />
        ) : (
          <div className="flex min-h-15 flex-wrap items-center gap-2 border-line border-t bg-surface px-4 py-2 pb-[calc(8px+env(safe-area-inset-bottom))]">
            <p role="status" className="grow text-13">
              <Trans>
                <span className="font-semibold">{chosen.length}</span> of {cards.length} chosen. All get the same verdict, or none does.
              </Trans>
            </p>
            <div className="flex gap-2 max-desk:w-full [&>button]:grow">
              <Button kind="danger" size="small" disabled={chosen.length === 0} onClick={() => setRejecting(true)}>
                <X className="size-4" aria-hidden />
                <Trans>Reject {chosen.length}</Trans>
                <Hint>X</Hint>
              </Button>
              <Button kind="primary" size="small" disabled={chosen.length === 0} onClick={approve}>
                <Check className="size-4" aria-hidden />
                <Trans>Approve {chosen.length}</Trans>
                <Hint>A</Hint>
              </Button>
            </div>
          </div>
        )}
      </div>
    </section>
  );
}

function Tile({ card, isChosen, onToggle }: { card: ShownCard; isChosen: boolean; onToggle: () => void }) {
  const { detail } = useLookedAt(card);
  return (
    <article
      className={classes(
        "overflow-hidden rounded-12 border bg-surface transition-opacity duration-120",
        isChosen ? "border-accent" : "border-line opacity-60",
      )}
    >
      <label className="flex min-h-11 items-center gap-2 px-3 text-13">
        <input type="checkbox" checked={isChosen} onChange={onToggle} className="size-4.5 shrink-0 accent-accent desk:size-4" />
        <span className="truncate font-medium">{card.work.item.externalId ?? card.work.project.title}</span>
      </label>
      {detail ? (
        <Answer detail={detail} />
      ) : (
        <Loading>
          <Skeleton className="m-3 h-40" />
        </Loading>
      )}
    </article>
  );
}

function Answer({ detail: { annotation, conflicts } }: { detail: NonNullable<ReturnType<typeof useLookedAt>["detail"]> }) {
  const { project, item } = annotation;
  const image = imageOf(item.content);
  const answers = useMemo(() => answersOf(annotation.answers), [annotation.answers]);
  const marks = useMemo(() => marksOf(conflicts), [conflicts]);
  const spans = project.form.find((field) => field.__typename === "SpanField");
  return (
    <>
      {image && <Picture image={image} form={project.form} answers={answers} marks={marks} />}
      <div className="grid gap-3 p-3">
        {item.content.map((block, index) =>
          block.__typename === "TextContent" ? (
            <MarkedText key={block.text} index={index} block={block} field={spans} answers={annotation.answers} />
          ) : null,
        )}
        <AnswerSummary form={project.form} answers={answers} content={item.content} />
        {conflicts.length > 0 && <ConflictList conflicts={conflicts} form={project.form} />}
      </div>
    </>
  );
}
