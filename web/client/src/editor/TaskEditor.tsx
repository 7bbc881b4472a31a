import { useLingui } from "@lingui/react/macro";
import { type ReactNode, Suspense, useMemo, useState } from "react";
import { type UserError, wordsOf } from "@/api/problem";
import type { Engine } from "@/engine";
import { later } from "@/ui/later";
import { AudioBlock } from "./AudioBlock";
import { type Answers, imageOf, isShapeField, type Value } from "./answers";
import type { Content, Field } from "./documents";
import { FieldInput } from "./FieldInput";
import { useShortcuts } from "./keys";
import { TextBlocks } from "./TextBlocks";
import { toggled } from "./toggled";

// The engine comes with the first picture: texts and recordings do without it.
const ImageStage = later(() => import("./ImageStage"), "ImageStage");

type Props = {
  content: readonly Content[];
  form: readonly Field[];
  answers: Answers;
  onChange: (answers: Answers) => void;
  /** What the server found wrong, with paths ["answers", index, …]; `sent` names the field of each index. */
  errors?: readonly UserError[];
  sent?: readonly string[];
  /** Names what is worked on, for what the drawing engine keeps across a reload. */
  name: string;
  /** For whoever draws more on the picture than the answer. */
  onEngine?: (engine: Engine | undefined) => void;
  /** Above the fields: the question of a lesson, say. */
  head?: ReactNode;
  /** Beneath the fields: the buttons. */
  foot: ReactNode;
};

/** An item beside its form: the picture, text or recording on one side, all fields on the other; one below the other on a phone. */
export function TaskEditor({ content, form, answers, onChange, errors = [], sent = [], name, onEngine, head, foot }: Props) {
  const { t } = useLingui();
  const [activeKey, setActiveKey] = useState(form[0]?.key ?? "");
  const [labels, setLabels] = useState<Record<string, string>>({});
  const [engine, setEngine] = useState<Engine>();
  const active = form.find(({ key }) => key === activeKey) ?? form[0];
  const image = imageOf(content);
  const shapeFields = useMemo(() => form.filter(isShapeField), [form]);
  const set = (key: string, value: Value) => onChange({ ...answers, [key]: value });
  const labelOf = (field: Field) => labels[field.key] ?? ("classes" in field ? field.classes[0]?.key : undefined) ?? "";
  const choose = (key: string, label: string) => {
    setActiveKey(key);
    setLabels((before) => ({ ...before, [key]: label }));
    // With a drawing tool in hand it is the next shape's class, though the last one is still selected.
    if (engine?.tool !== "select" || !engine.selection) return;
    if (engine.shapes().find(({ id }) => id === engine.selection)?.field === key) engine.relabel(label);
  };

  useShortcuts({
    digit: (digit) => {
      if (!active) return;
      if ("classes" in active) {
        const chosen = active.classes[digit - 1];
        if (chosen) choose(active.key, chosen.key);
      } else if (active.__typename === "ChoiceField") {
        const option = active.options[digit - 1];
        if (option) set(active.key, { choices: toggled(answers[active.key]?.choices ?? [], option.key, active.multiple) });
      } else if (active.__typename === "RatingField") {
        const rating = active.min + digit - 1;
        if (rating <= active.max) set(active.key, { rating });
      }
    },
  });

  const texts = content.some(({ __typename }) => __typename === "TextContent");
  const spanField = form.find((field) => field.__typename === "SpanField");
  return (
    <div className="flex min-h-0 grow flex-col desk:flex-row">
      <div className="flex min-h-0 flex-col bg-stage desk:grow" data-stage>
        {image && (
          <Suspense fallback={<div className="h-[52dvh] desk:h-auto desk:grow" />}>
            <ImageStage
              name={name}
              image={image}
              fields={shapeFields}
              answers={answers}
              activeField={active && isShapeField(active) ? active : shapeFields[0]}
              label={active && isShapeField(active) ? labelOf(active) : shapeFields[0] ? labelOf(shapeFields[0]) : ""}
              onChange={(values) => onChange({ ...answers, ...values })}
              onEngine={(made) => {
                setEngine(made);
                onEngine?.(made);
              }}
            />
          </Suspense>
        )}
        {content.map((block, index) =>
          block.__typename === "AudioContent" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: blocks of an item never change places
            <AudioBlock key={index} url={block.url} seconds={block.seconds} />
          ) : null,
        )}
        {texts && (
          <TextBlocks
            content={content}
            field={spanField}
            spans={(spanField && answers[spanField.key]?.spans) ?? []}
            label={spanField ? labelOf(spanField) : ""}
            onChange={(spans) => spanField && set(spanField.key, { spans })}
            fills={!image}
          />
        )}
        {image && content.filter((block) => block.__typename === "ImageContent").length > 1 && <MoreImages content={content} />}
      </div>
      <section
        aria-label={t`Answers`}
        className="flex min-h-0 shrink-0 grow flex-col border-line bg-surface desk:w-90 desk:grow-0 desk:border-l wide:w-100"
      >
        <div className="grid min-h-0 grow content-start gap-6 overflow-y-auto p-4">
          {head}
          {form.map((field) => (
            <FieldInput
              key={field.key}
              field={field}
              value={answers[field.key] ?? {}}
              onChange={(value) => set(field.key, value)}
              isActive={field.key === active?.key && form.length > 1}
              onActivate={() => setActiveKey(field.key)}
              label={labelOf(field)}
              onLabel={(label) => choose(field.key, label)}
              texts={content}
              engine={engine}
              error={wordsOf(errors.find(({ path }) => path[0] === "answers" && sent[Number(path[1])] === field.key))}
            />
          ))}
        </div>
        <div className="sticky bottom-0 border-line border-t bg-surface p-3 pb-[calc(12px+env(safe-area-inset-bottom))]">{foot}</div>
      </section>
    </div>
  );
}

function MoreImages({ content }: { content: readonly Content[] }) {
  const images = content.filter((block) => block.__typename === "ImageContent").slice(1);
  return (
    <div className="flex gap-2 overflow-x-auto p-2">
      {images.map(({ url, alt, width, height }) => (
        <img key={url} src={url} alt={alt} width={width} height={height} className="max-h-60 w-auto rounded-8" />
      ))}
    </div>
  );
}
