import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { Blocks } from "./Blocks";
import { type Item, REMOVE, RETURN } from "./documents";
import { PROBLEMS } from "./problems";

type Props = { item: Item; isClosed: boolean; onClose: () => void; onDone: () => void };

/** An item with what was reported of it, and what can be done about it. */
export function ItemDialog({ item, isClosed, onClose, onDone }: Props) {
  const { i18n } = useLingui();
  const format = useFormat();
  const mutate = useMutate();
  const [busy, setBusy] = useState<"return" | "remove">();
  const [isSure, setSure] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const reports = item.problems ?? [];

  const act = async (name: "return" | "remove") => {
    setBusy(name);
    const { payload, problem } = name === "return" ? await mutate(RETURN, { itemId: item.id }) : await mutate(REMOVE, { itemId: item.id });
    setBusy(undefined);
    setProblem(problem);
    if (!payload) return;
    toast({ tone: "good", title: name === "return" ? <Trans>Back in work</Trans> : <Trans>Removed</Trans>, detail: item.externalId });
    onDone();
  };

  return (
    <Dialog isOpen isSheet onClose={onClose} title={<span className="break-all">{item.externalId}</span>}>
      <div className="grid gap-5">
        <Blocks content={item.content} />
        {reports.length > 0 && (
          <section className="grid gap-2">
            <h3 className="text-14">
              <Trans>What was reported</Trans>
            </h3>
            <ul className="grid gap-2">
              {reports.map(({ kind, message, reportedAt }) => (
                <li key={`${reportedAt}${kind}`} className="rounded-8 bg-ground px-3 py-2 text-13">
                  <span className="flex justify-between gap-3">
                    <span className="font-medium">{i18n._(PROBLEMS[kind])}</span>
                    <time dateTime={reportedAt} className="shrink-0 text-12 text-muted">
                      {format.ago(reportedAt)}
                    </time>
                  </span>
                  {message && <span className="text-muted">{message}</span>}
                </li>
              ))}
            </ul>
          </section>
        )}
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        {!isClosed && (
          <div className="grid gap-3 border-line border-t pt-4">
            {isSure ? (
              <>
                <p>
                  <Trans>
                    Nothing of it is offered any more, and its money goes back to the budget. What was answered already is judged and paid.
                    This cannot be undone.
                  </Trans>
                </p>
                <div className="flex flex-wrap gap-2">
                  <Button kind="danger" isBusy={busy === "remove"} onClick={() => act("remove")}>
                    <Trans>Remove for good</Trans>
                  </Button>
                  <Button kind="quiet" onClick={() => setSure(false)}>
                    <Trans>Keep it</Trans>
                  </Button>
                </div>
              </>
            ) : (
              <div className="flex flex-wrap gap-2">
                {item.heldAt && (
                  <Button kind="primary" isBusy={busy === "return"} onClick={() => act("return")}>
                    <Trans>Put back into work</Trans>
                  </Button>
                )}
                <Button kind="danger" onClick={() => setSure(true)}>
                  <Trans>Remove the item</Trans>
                </Button>
              </div>
            )}
          </div>
        )}
      </div>
    </Dialog>
  );
}
