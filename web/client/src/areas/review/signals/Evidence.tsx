import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { Drawn } from "@/areas/console/results/Drawn";
import { AnswerSummary } from "@/editor/AnswerSummary";
import { answersOf, imageOf, isShapeField } from "@/editor/answers";
import { IconButton } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Failed, Rows } from "@/ui/States";
import { MarkedText } from "../detail/MarkedText";
import { EVIDENCE, type Shown } from "./documents";

/** The answers that a signal rests on: those of one item over each other and side by side, item after item. */
export function Evidence({ id }: { id: string }) {
  const { t } = useLingui();
  const [{ data, error }, again] = useQuery({ query: EVIDENCE, variables: { id } });
  const [at, setAt] = useState(0);
  const annotations = data?.node?.__typename === "FraudSignal" ? data.node.annotations : undefined;
  const items = useMemo(() => byItem(annotations ?? []), [annotations]);
  if (error && !annotations) return <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!annotations) return <Rows count={1} className="h-60" />;
  const shown = items[Math.min(at, items.length - 1)];
  if (!shown) return null;
  return (
    <div className="grid gap-3">
      <div className="flex items-center gap-1">
        <h3 className="min-w-0 grow truncate text-13">
          {shown[0]?.item.externalId} <span className="font-normal text-muted">{shown[0]?.project.title}</span>
        </h3>
        <span className="text-12 text-muted">
          <Trans>
            {at + 1} of {items.length}
          </Trans>
        </span>
        <IconButton label={t`Item before`} disabled={at === 0} onClick={() => setAt(at - 1)}>
          <ChevronLeft className="size-4" aria-hidden />
        </IconButton>
        <IconButton label={t`Next item`} disabled={at >= items.length - 1} onClick={() => setAt(at + 1)}>
          <ChevronRight className="size-4" aria-hidden />
        </IconButton>
      </div>
      <OneItem key={shown[0]?.item.id} annotations={shown} />
    </div>
  );
}

/** The first as it is, the second dashed over it: what is the same to the pixel hides beneath the dashes. */
function OneItem({ annotations }: { annotations: readonly Shown[] }) {
  const format = useFormat();
  const [first] = annotations;
  const drawn = useMemo(() => annotations.map(({ id, answers }) => ({ id, answers: answersOf(answers) })), [annotations]);
  const shapes = useMemo(() => first?.project.form.filter(isShapeField) ?? [], [first]);
  if (!first) return null;
  const { form } = first.project;
  const image = imageOf(first.item.content);
  const spans = form.find((field) => field.__typename === "SpanField");
  return (
    <>
      {image && (
        <div className="overflow-hidden rounded-8">
          <Drawn image={image} fields={shapes} answers={drawn} />
        </div>
      )}
      <div className="grid gap-3 desk:grid-cols-2">
        {annotations.map(({ id, annotator, submittedAt, activeSeconds, answers, item }) => {
          const seconds = Math.round((activeSeconds ?? 0) * 10) / 10;
          return (
            <section key={id} className="grid content-start gap-2 rounded-8 border border-line p-3">
              <p className="text-13">
                <span className="font-semibold">{annotator?.displayName}</span>
                <span className="block text-12 text-muted">
                  <time dateTime={submittedAt}>{format.time(submittedAt)}</time>
                  {activeSeconds !== null && (
                    <>
                      {" · "}
                      <Trans>{format.number(seconds)} s of work</Trans>
                    </>
                  )}
                </span>
              </p>
              {item.content.map((block, index) =>
                block.__typename === "TextContent" ? (
                  <MarkedText key={block.text} index={index} block={block} field={spans} answers={answers} />
                ) : null,
              )}
              <AnswerSummary form={form} answers={answersOf(answers)} content={item.content} />
            </section>
          );
        })}
      </div>
    </>
  );
}

function byItem(annotations: readonly Shown[]): Shown[][] {
  const items = new Map<string, Shown[]>();
  for (const each of annotations) items.set(each.item.id, [...(items.get(each.item.id) ?? []), each]);
  return [...items.values()];
}
