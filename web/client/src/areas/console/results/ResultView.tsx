import { Trans, useLingui } from "@lingui/react/macro";
import { Copy } from "lucide-react";
import { useMemo, useState } from "react";
import { useMutate } from "@/api/mutate";
import { answersOf, imageOf, isShapeField } from "@/editor/answers";
import type { Content, Field } from "@/editor/documents";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { Blocks } from "../items/Blocks";
import { AnswerTable } from "./AnswerTable";
import { Drawn } from "./Drawn";
import { type Annotation, MAKE_GOLD, type Result } from "./documents";
import { MarkedText } from "./MarkedText";

/** An item with its approved answers: drawn over it, as a table, as data. */
export function ResultView({ result, form }: { result: Result; form: readonly Field[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const [isJson, setJson] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const { item, annotations, completedAt, agreement } = result;
  const image = imageOf(item.content);
  const shapes = useMemo(() => form.filter(isShapeField), [form]);
  const spans = form.find((field) => field.__typename === "SpanField");
  const shown = useMemo(() => annotations.filter(({ id }) => !hidden.has(id)), [annotations, hidden]);
  const drawn = useMemo(() => shown.map((each) => ({ id: each.id, answers: answersOf(each.answers) })), [shown]);
  const toggle = (id: string) =>
    setHidden((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id])));
  const isDrawn = image && shapes.length > 0;
  return (
    <Card className="overflow-hidden">
      <header className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2.5">
        <div className="min-w-0">
          <h2 className="break-all text-16">{item.externalId}</h2>
          <p className="text-12 text-muted">
            <Trans>Done {format.time(completedAt)}</Trans>
            {agreement !== null && (
              <>
                {" · "}
                <Trans>agreement {format.share(agreement)}</Trans>
              </>
            )}
          </p>
        </div>
        <fieldset aria-label={t`Shown as`} className="flex gap-1">
          <Button
            size="small"
            kind="quiet"
            aria-pressed={!isJson}
            onClick={() => setJson(false)}
            className={isJson ? "" : "bg-soft text-accent"}
          >
            <Trans>Answers</Trans>
          </Button>
          <Button
            size="small"
            kind="quiet"
            aria-pressed={isJson}
            onClick={() => setJson(true)}
            className={isJson ? "bg-soft text-accent" : ""}
          >
            JSON
          </Button>
          <MakeGold itemId={item.id} />
        </fieldset>
      </header>
      {isJson ? (
        <Json result={result} />
      ) : (
        <>
          {isDrawn && <Drawn image={image} fields={shapes} answers={drawn} />}
          <div className="grid gap-5 p-4">
            <Rest
              content={isDrawn ? item.content.filter((block) => block !== image) : item.content}
              all={item.content}
              spans={spans}
              shown={shown}
            />
            {annotations.length > 1 && (isDrawn || spans) && (
              <fieldset className="flex flex-wrap gap-x-5">
                <legend className="mb-1 font-medium text-13">
                  <Trans>Shown over the item</Trans>
                </legend>
                {annotations.map(({ id }, index) => (
                  <label key={id} className="flex min-h-11 items-center gap-2 desk:min-h-8">
                    <input
                      type="checkbox"
                      checked={!hidden.has(id)}
                      onChange={() => toggle(id)}
                      className="size-5 accent-accent desk:size-4"
                    />
                    <Trans>Answer {index + 1}</Trans>
                  </label>
                ))}
              </fieldset>
            )}
            <AnswerTable form={form} annotations={annotations} content={item.content} />
          </div>
        </>
      )}
    </Card>
  );
}

/** What the answers agree on, as a known answer that people are checked by. */
function MakeGold({ itemId }: { itemId: string }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [isBusy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    const { payload, problem } = await mutate(MAKE_GOLD, { itemId });
    setBusy(false);
    if (problem) toast({ tone: "bad", title: <ProblemText problem={problem} /> });
    else toast({ tone: "good", title: t`Mixed in as a known answer`, detail: payload?.item?.externalId ?? undefined });
  };
  return (
    <Button size="small" kind="quiet" isBusy={isBusy} onClick={make}>
      <Trans>Make gold</Trans>
    </Button>
  );
}

type RestProps = { content: readonly Content[]; all: readonly Content[]; spans: Field | undefined; shown: readonly Annotation[] };

/** What is not drawn upon; its texts with what was marked in them. */
function Rest({ content, all, spans, shown }: RestProps) {
  if (spans?.__typename !== "SpanField") return content.length > 0 ? <Blocks content={content} /> : null;
  return (
    <>
      {content.map((block) =>
        block.__typename === "TextContent" ? (
          <MarkedText
            key={all.indexOf(block)}
            text={block.text}
            role={block.role}
            field={spans}
            spans={shown
              .flatMap(({ answers }) => answersOf(answers)[spans.key]?.spans ?? [])
              .filter((span) => span.content === all.indexOf(block))}
          />
        ) : (
          <Blocks key={block.url} content={[block]} />
        ),
      )}
    </>
  );
}

function Json({ result }: { result: Result }) {
  const text = JSON.stringify(
    {
      externalId: result.item.externalId,
      completedAt: result.completedAt,
      annotations: result.annotations.map(({ id, submittedAt, answers }) => ({
        id,
        submittedAt,
        answers: Object.fromEntries(answers.map(({ key, value: { __typename, ...value } }) => [key, Object.values(value)[0]])),
      })),
    },
    (key, value) => (key === "__typename" ? undefined : value),
    2,
  );
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    toast({ tone: "good", title: <Trans>Copied</Trans> });
  };
  return (
    <div className="relative">
      <Button size="small" onClick={copy} className="absolute top-3 right-3">
        <Copy className="size-4" aria-hidden />
        <Trans>Copy</Trans>
      </Button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <pre tabIndex={0} className="max-h-[70dvh] overflow-auto p-4 text-12 leading-5">
        {text}
      </pre>
    </div>
  );
}
