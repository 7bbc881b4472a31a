import { Trans } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { AnswerSummary } from "@/editor/AnswerSummary";
import { answersOf, imageOf } from "@/editor/answers";
import { Picture } from "@/editor/Picture";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { Blocks } from "../items/Blocks";
import { REMOVE } from "../items/documents";
import { useProject } from "../project/project";
import type { Gold } from "./documents";

/** A known answer over its item, how people did on it, and the way to take it out. */
export function GoldDialog({ gold, onClose, onRemoved }: { gold: Gold; onClose: () => void; onRemoved: () => void }) {
  const format = useFormat();
  const mutate = useMutate();
  const { project } = useProject();
  const [isSure, setSure] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { item, judged, right, retiredAt } = gold;
  const answers = useMemo(() => answersOf(gold.answers), [gold.answers]);
  const image = imageOf(item.content);
  const rest = item.content.filter((block) => block !== image);
  const remove = async () => {
    setBusy(true);
    const { payload, problem } = await mutate(REMOVE, { itemId: item.id });
    setBusy(false);
    setProblem(problem);
    if (!payload) return;
    toast({ tone: "good", title: <Trans>Removed</Trans>, detail: item.externalId });
    onRemoved();
  };
  return (
    <Dialog isOpen isSheet onClose={onClose} title={<span className="break-all">{item.externalId}</span>}>
      <div className="grid gap-5">
        {retiredAt && (
          <Notice tone="warning">
            <Trans>Taken out {format.day(retiredAt)}, because too many good annotators failed it: its answer may be wrong.</Trans>
          </Notice>
        )}
        {image && <Picture image={image} form={project.form} answers={answers} className="overflow-hidden rounded-8" />}
        {rest.length > 0 && <Blocks content={rest} />}
        <section className="grid gap-2">
          <h3 className="text-14">
            <Trans>The known answer</Trans>
          </h3>
          <AnswerSummary form={project.form} answers={answers} content={item.content} />
        </section>
        <p className="text-13 text-muted">
          {judged > 0 ? (
            <Trans>
              {format.number(right)} of {format.number(judged)} good annotators were right.
            </Trans>
          ) : (
            <Trans>No good annotator was asked yet.</Trans>
          )}
        </p>
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        {project.state !== "CLOSED" && (
          <div className="grid gap-3 border-line border-t pt-4">
            {isSure ? (
              <>
                <p>
                  <Trans>Nobody is checked by it any more. Verdicts that were given by it stay. This cannot be undone.</Trans>
                </p>
                <div className="flex flex-wrap gap-2">
                  <Button kind="danger" isBusy={isBusy} onClick={remove}>
                    <Trans>Remove for good</Trans>
                  </Button>
                  <Button kind="quiet" onClick={() => setSure(false)}>
                    <Trans>Keep it</Trans>
                  </Button>
                </div>
              </>
            ) : (
              <Button kind="danger" onClick={() => setSure(true)} className="justify-self-start">
                <Trans>Remove the item</Trans>
              </Button>
            )}
          </div>
        )}
      </div>
    </Dialog>
  );
}
