import { Trans, useLingui } from "@lingui/react/macro";
import { CircleCheck, CircleX, Pencil, Plus, Trash2 } from "lucide-react";
import { AnswerSummary } from "@/editor/AnswerSummary";
import { imageOf } from "@/editor/answers";
import type { Field } from "@/editor/documents";
import { Picture } from "@/editor/Picture";
import { Button, IconButton } from "@/ui/Button";
import { Card } from "@/ui/Page";
import { classes } from "@/ui/words";
import { ExampleEditor } from "./ExampleEditor";
import { type ErrorAt, type ExampleDraft, newId } from "./spec";

const MOST = 20;

type Props = {
  projectId: string;
  form: Field[];
  examples: ExampleDraft[];
  /** The one that is being worked on. */
  editing: string | undefined;
  onEditing: (id: string | undefined) => void;
  onChange: (examples: ExampleDraft[]) => void;
  by: { at: ErrorAt; under: ErrorAt };
};

/** Worked examples, good and bad: what shows people most quickly what is meant. */
export function Examples({ projectId, form, examples, editing, onEditing, onChange, by }: Props) {
  const add = () => {
    const made: ExampleDraft = { id: newId(), good: true, comment: "", content: [], answers: {} };
    onChange([...examples, made]);
    onEditing(made.id);
  };
  const error = by.at("examples");
  return (
    <Card className="grid gap-4 p-4 desk:p-6">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2 className="text-16">
            <Trans>Examples</Trans>
          </h2>
          <p className="text-13 text-muted">
            <Trans>One good answer and one typical mistake save most rejections.</Trans>
          </p>
        </div>
        <Button size="small" disabled={examples.length >= MOST} onClick={add}>
          <Plus className="size-4" aria-hidden />
          <Trans>Add an example</Trans>
        </Button>
      </header>
      {error && (
        <p role="alert" className="text-12 text-bad">
          {error}
        </p>
      )}
      {examples.length > 0 && (
        <ul className="grid items-start gap-4 desk:grid-cols-2">
          {examples.map((example, index) => (
            <li
              key={example.id}
              className={classes(
                "overflow-hidden rounded-12 border",
                by.under("examples", example.id) ? "border-bad" : "border-line",
                editing === example.id && "desk:col-span-2",
              )}
            >
              {editing === example.id ? (
                <ExampleEditor
                  projectId={projectId}
                  form={form}
                  example={example}
                  onChange={(changed) => onChange(examples.with(index, changed))}
                  onDone={() => onEditing(undefined)}
                  error={by.under("examples", example.id)}
                />
              ) : (
                <Shown
                  form={form}
                  example={example}
                  onEdit={() => onEditing(example.id)}
                  onRemove={() => onChange(examples.toSpliced(index, 1))}
                  error={by.under("examples", example.id)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

type ShownProps = { form: Field[]; example: ExampleDraft; onEdit: () => void; onRemove: () => void; error: string | undefined };

function Shown({ form, example: { content, answers, good, comment }, onEdit, onRemove, error }: ShownProps) {
  const { t } = useLingui();
  const image = imageOf(content);
  const Icon = good ? CircleCheck : CircleX;
  return (
    <>
      {image && <Picture image={image} form={form} answers={answers} />}
      <div className="grid gap-2 p-3">
        {content.map((block) =>
          block.__typename === "TextContent" ? (
            <blockquote key={block.text} className="line-clamp-4 border-line border-l-2 pl-3 text-13">
              {block.text}
            </blockquote>
          ) : null,
        )}
        <AnswerSummary form={form} answers={answers} content={content} />
        <div className="flex items-start gap-2">
          <Icon className={classes("mt-0.5 size-4 shrink-0", good ? "text-good" : "text-bad")} aria-hidden />
          <p className="grow text-13">
            <strong className={classes("font-semibold", good ? "text-good" : "text-bad")}>
              {good ? <Trans>Right.</Trans> : <Trans>Wrong.</Trans>}
            </strong>{" "}
            {comment}
          </p>
          <IconButton label={t`Change this example`} onClick={onEdit} className="shrink-0">
            <Pencil className="size-4" aria-hidden />
          </IconButton>
          <IconButton label={t`Remove this example`} onClick={onRemove} className="shrink-0">
            <Trash2 className="size-4" aria-hidden />
          </IconButton>
        </div>
        {error && (
          <p role="alert" className="text-12 text-bad">
            {error}
          </p>
        )}
      </div>
    </>
  );
}
