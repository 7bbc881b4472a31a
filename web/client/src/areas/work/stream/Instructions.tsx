import { Trans, useLingui } from "@lingui/react/macro";
import { CircleCheck, CircleX, LifeBuoy } from "lucide-react";
import type { ResultOf } from "@/api/graphql";
import { AnswerSummary } from "@/editor/AnswerSummary";
import { answersOf, imageOf } from "@/editor/answers";
import { Picture } from "@/editor/Picture";
import { ButtonLink } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Markdown } from "@/ui/Markdown";
import { classes } from "@/ui/words";
import type { ASSIGNMENT } from "./documents";

type Project = ResultOf<typeof ASSIGNMENT>["task"]["project"];

type Props = { project: Project; taskId: string; isOpen: boolean; onClose: () => void };

/** What is asked, and worked examples, good and bad. */
export function Instructions({ project, taskId, isOpen, onClose }: Props) {
  const { t } = useLingui();
  return (
    <Dialog isSheet isOpen={isOpen} onClose={onClose} title={t`Instructions`}>
      <Markdown text={project.instructions} headingLevel={3} />
      {project.examples.length > 0 && (
        <>
          <h3 className="mt-6 mb-3 text-16">
            <Trans>Examples</Trans>
          </h3>
          <ul className="grid gap-4">
            {project.examples.map((example) => (
              <li key={example.comment} className="overflow-hidden rounded-12 border border-line">
                <Example example={example} form={project.form} />
              </li>
            ))}
          </ul>
        </>
      )}
      <ButtonLink to="/help/tickets/new" search={{ about: taskId }} className="mt-6">
        <LifeBuoy className="size-4" aria-hidden />
        <Trans>Get help with this task</Trans>
      </ButtonLink>
    </Dialog>
  );
}

function Example({ example, form }: { example: Project["examples"][number]; form: Project["form"] }) {
  const image = imageOf(example.content);
  const answers = answersOf(example.answers);
  const Icon = example.good ? CircleCheck : CircleX;
  return (
    <>
      {image && <Picture image={image} form={form} answers={answers} />}
      <div className="grid gap-2 p-3">
        {example.content.map((block) =>
          block.__typename === "TextContent" ? (
            <blockquote key={block.text} className="border-line border-l-2 pl-3 text-13">
              {block.text}
            </blockquote>
          ) : null,
        )}
        <AnswerSummary form={form} answers={answers} content={example.content} />
        <p className={classes("flex gap-2 text-13", example.good ? "text-good" : "text-bad")}>
          <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>
            <strong className="font-semibold">{example.good ? <Trans>Right.</Trans> : <Trans>Wrong.</Trans>}</strong> {example.comment}
          </span>
        </p>
      </div>
    </>
  );
}
