import { Trans, useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useClient } from "urql";
import { mutate } from "@/api/mutate";
import type { Problem, UserError } from "@/api/problem";
import { type Answers, answersOf, inputsOf, type Medium } from "@/editor/answers";
import { ConflictList, marksOf } from "@/editor/conflicts";
import type { ServedAnswer } from "@/editor/documents";
import { useShortcuts } from "@/editor/keys";
import { TaskEditor } from "@/editor/TaskEditor";
import type { Engine } from "@/engine";
import { Button, IconButton } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { classes } from "@/ui/words";
import { decided } from "../board/board";
import { FIX } from "../board/documents";
import type { ShownCard } from "../board/intents";
import { setBoard, useBoard } from "../board/store";
import { Left } from "./Bar";
import { LIKENESS } from "./documents";
import type { Detail } from "./useLookedAt";

/** From here on the server takes mends for small ones: the work was the annotator's, and is paid. */
const SMALL = 0.9;
const RESTING_MS = 250;

type Props = { card: ShownCard; reviewId: string; detail: Detail; onClose: () => void; onDone: () => void };

/** The answer in the editor, for the moderator to mend: what is mended little is paid, and counts in its place. */
export function Fix({ card, reviewId, detail: { annotation, conflicts }, onClose, onDone }: Props) {
  const { t } = useLingui();
  const client = useClient();
  const { project, item } = annotation;
  const { form } = project;
  const original = useMemo(() => mendable(annotation.answers), [annotation.answers]);
  const [answers, setAnswers] = useState(original);
  const [engine, setEngine] = useState<Engine>();
  const [problem, setProblem] = useState<Problem>();
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [isBusy, setBusy] = useState(false);
  const sent = useMemo(() => inputsOf(form, answers), [form, answers]);
  const isMended = useMemo(() => JSON.stringify(sent) !== JSON.stringify(inputsOf(form, original)), [sent, form, original]);
  const likeness = useLikeness(reviewId, sent, isMended);
  const mayApprove = isMended && typeof likeness === "number" && likeness >= SMALL;

  useEffect(() => {
    if (!engine) return;
    const marks = marksOf(conflicts);
    for (const { key, sign, value, style } of marks) engine.setOverlay(`conflict ${sign}`, [{ field: key, value }], { ...style, sign });
    return () => {
      for (const { sign } of marks) engine.setOverlay(`conflict ${sign}`, null);
    };
  }, [engine, conflicts]);

  const approve = async () => {
    if (!mayApprove || isBusy) return;
    setBusy(true);
    const { payload, problem, errors } = await mutate(client, FIX, { reviewId, answers: sent });
    setBusy(false);
    setProblem(problem);
    setErrors(errors);
    if (!payload?.verdict) return;
    const { board, filter } = useBoard.getState();
    onDone();
    if (board) setBoard(decided(board, payload.verdict.annotation, reviewId, filter).board);
    toast({ tone: "good", title: t`Approved as you mended it` });
  };
  useShortcuts({ submit: () => void approve() });

  return (
    <section data-layer="fix" aria-label={t`Fix and approve`} className="fixed inset-0 z-40 flex flex-col overflow-y-auto bg-ground">
      <header className="sticky top-0 z-10 flex min-h-14 shrink-0 items-center gap-2 border-line border-b bg-surface pt-[env(safe-area-inset-top)] pr-2 pl-4">
        <div className="grid min-w-0 grow">
          <h2 className="truncate text-14">
            <Trans>Fix {card.work.item.externalId ?? project.title}</Trans>
          </h2>
          <p className="truncate text-12 text-muted">
            <Trans>The answer in the editor. What you mend counts; the annotator is paid.</Trans>
          </p>
        </div>
        <Left card={card} />
        <IconButton label={t`Close without fixing`} onClick={onClose}>
          <X className="size-4" aria-hidden />
        </IconButton>
      </header>
      <TaskEditor
        name={`fix ${reviewId}`}
        content={item.content}
        form={form}
        answers={answers}
        onChange={setAnswers}
        errors={errors}
        sent={sent.map(({ key }) => key)}
        onEngine={setEngine}
        head={
          conflicts.length > 0 && (
            <section className="grid gap-2">
              <h3 className="text-13">
                <Trans>What the judge saw</Trans>
              </h3>
              <ConflictList conflicts={conflicts} form={form} />
            </section>
          )
        }
        foot={
          <div className="grid gap-3">
            {problem && (
              <Notice>
                <ProblemText problem={problem} />
              </Notice>
            )}
            <Meter isMended={isMended} likeness={likeness} />
            <div className="flex gap-2">
              <Button kind="quiet" onClick={onClose}>
                <Trans>Cancel</Trans>
              </Button>
              <Button kind="primary" onClick={approve} isBusy={isBusy} disabled={!mayApprove} className="grow">
                <Trans>Approve as mended</Trans>
              </Button>
            </div>
          </div>
        }
      />
    </section>
  );
}

/** How alike it still is to what was answered, and whether that is enough. */
function Meter({ isMended, likeness }: { isMended: boolean; likeness: number | null | undefined }) {
  const format = useFormat();
  const isSmall = (likeness ?? 1) >= SMALL;
  const share = isMended ? (likeness ?? 0) : 1;
  return (
    <div className="grid gap-1.5">
      <div aria-hidden className="relative h-1.5 rounded-full bg-line">
        <span
          className={classes("absolute inset-y-0 left-0 rounded-full transition-[width] duration-120", isSmall ? "bg-good" : "bg-bad")}
          style={{ width: `${share * 100}%` }}
        />
        <span className="absolute -inset-y-1 w-0.5 bg-ink" style={{ left: `${SMALL * 100}%` }} />
      </div>
      <p role="status" className="text-13">
        {!isMended ? (
          <span className="text-muted">
            <Trans>Nothing is mended yet.</Trans>
          </span>
        ) : likeness === undefined ? (
          <span className="text-muted">
            <Trans>Comparing</Trans>
          </span>
        ) : likeness === null ? (
          <span className="text-bad">
            <Trans>The form does not take it like this: something is missing.</Trans>
          </span>
        ) : isSmall ? (
          <span className="text-good">
            <Trans>{format.share(Math.floor(likeness * 100) / 100)} alike: a small mend, it is paid.</Trans>
          </span>
        ) : (
          <span className="text-bad">
            <Trans>
              {format.share(Math.floor(likeness * 100) / 100)} alike: more than a small mend. From {format.share(SMALL)} it is paid; else
              reject it.
            </Trans>
          </span>
        )}
      </p>
    </div>
  );
}

/** Undefined until the server has compared; null where the form does not take it. */
function useLikeness(reviewId: string, answers: ReturnType<typeof inputsOf>, isMended: boolean): number | null | undefined {
  const client = useClient();
  const [compared, setCompared] = useState<{ answers: typeof answers; likeness: number | null }>();
  useEffect(() => {
    if (!isMended) return;
    let isOver = false;
    const timer = setTimeout(async () => {
      const { data } = await client.query(LIKENESS, { id: reviewId, answers }, { requestPolicy: "network-only" }).toPromise();
      if (!isOver && data?.node?.__typename === "Review") setCompared({ answers, likeness: data.node.likeness });
    }, RESTING_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, reviewId, answers, isMended]);
  return compared?.answers === answers ? compared.likeness : undefined;
}

/** With photographs and recordings by their hashes: the server takes those of this answer, and no others. */
function mendable(served: readonly ServedAnswer[]): Answers {
  const media = served.flatMap(({ key, value }) =>
    value.__typename === "MediaAnswer"
      ? [
          [
            key,
            {
              media: value.media.flatMap((block): Medium[] =>
                block.__typename !== "TextContent" && block.uploadId
                  ? [{ id: block.uploadId, kind: block.__typename === "ImageContent" ? "IMAGE" : "AUDIO", url: block.url }]
                  : [],
              ),
            },
          ] as const,
        ]
      : [],
  );
  return { ...answersOf(served), ...Object.fromEntries(media) };
}
