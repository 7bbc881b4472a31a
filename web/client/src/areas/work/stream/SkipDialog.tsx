import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import type { Scalar } from "@/api/graphql";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { AreaField } from "@/ui/Field";
import { Notice, ProblemText } from "@/ui/States";
import { REPORT, SKIP } from "./documents";

type Why = "SKIP" | Scalar<"ProblemKind">;
type Props = { assignmentId: string; isOpen: boolean; onClose: () => void; onGone: () => void };

/** Giving a task back: a skip, which counts, or a report that it cannot be done, which does not. */
export function SkipDialog({ assignmentId, isOpen, onClose, onGone }: Props) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [why, setWhy] = useState<Why>("SKIP");
  const [message, setMessage] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const ways: { why: Why; label: string; hint: string }[] = [
    { why: "SKIP", label: t`I would rather not do this one`, hint: t`Now and then is fine; skipping much narrows what you are offered.` },
    { why: "BROKEN", label: t`It is broken`, hint: t`The picture, text or recording does not load or cannot be used.` },
    { why: "UNCLEAR", label: t`The instructions do not fit it`, hint: t`It cannot be answered as asked. Counts as no skip.` },
    { why: "UNSAFE", label: t`It shows something it should not`, hint: t`Violence, abuse, somebody’s private data. Counts as no skip.` },
  ];
  const giveBack = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem } =
      why === "SKIP"
        ? await mutate(SKIP, { assignmentId, reason: message || null })
        : await mutate(REPORT, { assignmentId, kind: why, message: message || null });
    setBusy(false);
    setProblem(problem);
    if (!payload) return;
    onClose();
    onGone();
  };
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t`Skip this task`}>
      <form onSubmit={giveBack} className="grid gap-4">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <fieldset className="grid gap-1.5">
          <legend className="sr-only">
            <Trans>Why</Trans>
          </legend>
          {ways.map(({ why: each, label, hint }) => (
            <label key={each} className="flex gap-3 rounded-8 border border-line px-3 py-2.5 has-checked:border-accent has-checked:bg-soft">
              <input
                type="radio"
                name="why"
                checked={why === each}
                onChange={() => setWhy(each)}
                className="mt-0.5 size-4.5 shrink-0 accent-accent"
              />
              <span className="grid gap-0.5">
                <span className="font-medium">{label}</span>
                <span className="text-12 text-muted">{hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <AreaField label={t`Anything to add?`} value={message} maxLength={500} onChange={(event) => setMessage(event.target.value)} />
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {why === "SKIP" ? <Trans>Skip</Trans> : <Trans>Report and go on</Trans>}
        </Button>
      </form>
    </Dialog>
  );
}
