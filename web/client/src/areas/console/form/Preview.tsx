import { Trans, useLingui } from "@lingui/react/macro";
import { ImageUp, Monitor, Smartphone } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { type Answers, inputsOf, missingIn } from "@/editor/answers";
import type { Content, Field } from "@/editor/documents";
import { TaskEditor } from "@/editor/TaskEditor";
import { Button, IconButton } from "@/ui/Button";
import { Card } from "@/ui/Page";
import { toast } from "@/ui/toasts";
import { classes } from "@/ui/words";
import { EditorFrame } from "./EditorFrame";
import { contentOf, sampleFor } from "./samples";

type Props = {
  projectId: string;
  form: readonly Field[];
  /** The project's first item, where it has one. */
  sample: readonly Content[] | undefined;
  isWide: boolean;
  onWide: (isWide: boolean) => void;
  rests: boolean;
  className: string;
};

/** The form in the editor that annotators have, on an item. What is answered here is kept nowhere. */
export function Preview({ projectId, form, sample, isWide, onWide, rests, className }: Props) {
  const { t } = useLingui();
  const [own, setOwn] = useState<Content[]>();
  const chooser = useRef<HTMLInputElement>(null);
  const text = t`The heron stood in the shallow water all morning. It was not looking for fish, or so it seemed, until it was.`;
  const content = useMemo(() => own ?? sample ?? sampleFor(form, text), [own, sample, form, text]);
  // Another form is another drawing: what was drawn for classes that are gone cannot be shown.
  const shape = form
    .map((field) => `${field.__typename} ${field.key} ${"classes" in field ? field.classes.map(({ key, color }) => key + color) : ""}`)
    .join("|");
  const choose = async (file: File | undefined) => {
    if (!file) return;
    try {
      setOwn([await contentOf(file)]);
    } catch {
      toast({ tone: "bad", title: <Trans>This browser cannot read {file.name}</Trans> });
    }
  };
  return (
    <Card className={classes("min-w-0 overflow-hidden", className)}>
      <header className="flex items-center gap-1 border-line border-b py-2 pr-2 pl-4">
        <h2 className="grow text-16">
          <Trans>Preview</Trans>
        </h2>
        <input
          ref={chooser}
          type="file"
          accept="image/*,audio/*,text/plain"
          aria-label={t`Try a file of your own`}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => choose(event.target.files?.[0])}
        />
        <IconButton label={t`Try a file of your own`} onClick={() => chooser.current?.click()}>
          <ImageUp className="size-4" aria-hidden />
        </IconButton>
        <span className="hidden wide:contents">
          <IconButton
            label={t`As on a phone`}
            aria-pressed={!isWide}
            onClick={() => onWide(false)}
            className={isWide ? undefined : "bg-soft text-accent"}
          >
            <Smartphone className="size-4" aria-hidden />
          </IconButton>
          <IconButton
            label={t`As on a desk`}
            aria-pressed={isWide}
            onClick={() => onWide(true)}
            className={isWide ? "bg-soft text-accent" : undefined}
          >
            <Monitor className="size-4" aria-hidden />
          </IconButton>
        </span>
      </header>
      {rests ? (
        <p className="p-6 text-center text-muted">
          <Trans>It is back when you are done with the example.</Trans>
        </p>
      ) : form.length > 0 ? (
        <EditorFrame isWide={isWide}>
          <Trial
            key={`${shape}${content[0] && "url" in content[0] ? content[0].url : ""}`}
            projectId={projectId}
            form={form}
            content={content}
          />
        </EditorFrame>
      ) : (
        <p className="p-6 text-center text-muted">
          <Trans>Add a field to see it here.</Trans>
        </p>
      )}
    </Card>
  );
}

function Trial({ projectId, form, content }: { projectId: string; form: readonly Field[]; content: readonly Content[] }) {
  const [answers, setAnswers] = useState<Answers>({});
  const [name] = useState(() => `preview:${projectId}:${crypto.randomUUID()}`);
  const [isShown, setShown] = useState(false);
  const missing = missingIn(form, answers);
  const sent = useMemo(() => JSON.stringify(inputsOf(form, answers), null, 2), [form, answers]);
  const foot: ReactNode = (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className={classes("text-13", missing.length > 0 ? "text-muted" : "text-good")} role="status">
          {missing.length > 0 ? (
            <Trans>Still to answer: {missing.map(({ label }) => label).join(", ")}</Trans>
          ) : (
            <Trans>Could be submitted</Trans>
          )}
        </span>
        <Button size="small" kind="quiet" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          <Trans>As data</Trans>
        </Button>
      </div>
      {isShown && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        <pre tabIndex={0} className="max-h-48 overflow-auto rounded-8 bg-ground p-3 text-12">
          {sent}
        </pre>
      )}
    </div>
  );
  return <TaskEditor content={content} form={form} answers={answers} onChange={setAnswers} name={name} foot={foot} />;
}
