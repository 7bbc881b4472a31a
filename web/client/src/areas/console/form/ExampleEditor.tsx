import { Trans, useLingui } from "@lingui/react/macro";
import { FileUp, Type, X } from "lucide-react";
import { useRef, useState } from "react";
import { UploadRefused, upload } from "@/api/upload";
import type { Content, Field } from "@/editor/documents";
import { TaskEditor } from "@/editor/TaskEditor";
import { Button, IconButton } from "@/ui/Button";
import { AreaField, TextField } from "@/ui/Field";
import { toast } from "@/ui/toasts";
import { EditorFrame } from "./EditorFrame";
import { contentOf } from "./samples";
import type { ExampleDraft } from "./spec";

type Props = {
  projectId: string;
  form: Field[];
  example: ExampleDraft;
  onChange: (example: ExampleDraft) => void;
  onDone: () => void;
  error: string | undefined;
};

/** What is shown, the answer to it in the real editor, and why it is right or wrong. */
export function ExampleEditor({ projectId, form, example, onChange, onDone, error }: Props) {
  const { t } = useLingui();
  const { content, answers, good, comment, id } = example;
  const set = (changed: Partial<ExampleDraft>) => onChange({ ...example, ...changed });
  const setBlock = (index: number, block: Content) => set({ content: content.with(index, block) });
  return (
    <div className="grid gap-4 p-3 desk:p-4">
      <div className="grid gap-3">
        {content.map((block, index) => (
          <BlockLine
            // biome-ignore lint/suspicious/noArrayIndexKey: a block has no name, and the few of them are added at the end
            key={index}
            block={block}
            onChange={(changed) => setBlock(index, changed)}
            onRemove={() => set({ content: content.toSpliced(index, 1) })}
          />
        ))}
        <AddBlock onAdd={(block) => set({ content: [...content, block] })} />
      </div>
      {content.length > 0 && (
        <div className="overflow-hidden rounded-12 border border-line">
          <EditorFrame isWide={false}>
            <TaskEditor
              key={content.map((block) => ("url" in block ? block.url : "")).join(" ")}
              content={content}
              form={form}
              answers={answers}
              onChange={(changed) => set({ answers: changed })}
              name={`example:${projectId}:${id}`}
              foot={
                <p className="text-12 text-muted">
                  <Trans>The answer of this example. A wrong one may leave things out.</Trans>
                </p>
              }
            />
          </EditorFrame>
        </div>
      )}
      <fieldset className="flex flex-wrap gap-x-5">
        <legend className="sr-only">
          <Trans>Right or wrong</Trans>
        </legend>
        {[true, false].map((isGood) => (
          <label key={String(isGood)} className="flex min-h-11 items-center gap-2.5 desk:min-h-8">
            <input
              type="radio"
              name={`good-${id}`}
              checked={good === isGood}
              onChange={() => set({ good: isGood })}
              className="size-5 accent-accent desk:size-4"
            />
            {isGood ? <Trans>A right answer</Trans> : <Trans>A typical mistake</Trans>}
          </label>
        ))}
      </fieldset>
      <TextField label={t`Why`} maxLength={1000} error={error} value={comment} onChange={(event) => set({ comment: event.target.value })} />
      <div>
        <Button onClick={onDone}>
          <Trans>Done</Trans>
        </Button>
      </div>
    </div>
  );
}

function BlockLine({ block, onChange, onRemove }: { block: Content; onChange: (block: Content) => void; onRemove: () => void }) {
  const { t } = useLingui();
  return (
    <div className="flex items-start gap-2">
      <div className="grid min-w-0 grow">
        {block.__typename === "TextContent" ? (
          <AreaField
            label={t`Text`}
            maxLength={20_000}
            value={block.text}
            onChange={(event) => onChange({ ...block, text: event.target.value })}
          />
        ) : block.__typename === "ImageContent" ? (
          <TextField
            label={t`What the picture shows, in words`}
            maxLength={300}
            value={block.alt}
            onChange={(event) => onChange({ ...block, alt: event.target.value })}
          />
        ) : (
          <p className="flex min-h-11 items-center">
            <Trans>A recording of {Math.round(block.seconds)} seconds</Trans>
          </p>
        )}
      </div>
      <IconButton label={t`Remove`} onClick={onRemove} className="mt-6.5 shrink-0">
        <X className="size-4" aria-hidden />
      </IconButton>
    </div>
  );
}

function AddBlock({ onAdd }: { onAdd: (block: Content) => void }) {
  const { t } = useLingui();
  const chooser = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const bring = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    try {
      const { id } = await upload(file, file.name);
      const block = await contentOf(file);
      if (block.__typename === "TextContent") onAdd(block);
      else onAdd({ ...block, uploadId: id, ...(block.__typename === "ImageContent" && { alt: "" }) });
    } catch (problem) {
      const why = problem instanceof UploadRefused && problem.message;
      toast({ tone: "bad", title: why || <Trans>{file.name} could not be brought here</Trans> });
    }
    setBusy(false);
  };
  return (
    <div className="flex flex-wrap gap-2">
      <input
        ref={chooser}
        type="file"
        accept="image/*,audio/*"
        aria-label={t`A picture or a recording`}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => bring(event.target.files?.[0])}
      />
      <Button size="small" isBusy={isBusy} onClick={() => chooser.current?.click()}>
        {!isBusy && <FileUp className="size-4" aria-hidden />}
        <Trans>A picture or a recording</Trans>
      </Button>
      <Button size="small" onClick={() => onAdd({ __typename: "TextContent", text: "", role: null })}>
        <Type className="size-4" aria-hidden />
        <Trans>A text</Trans>
      </Button>
    </div>
  );
}
