import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Scalar } from "@/api/graphql";
import { REASONS } from "@/areas/work/reasons";
import { Digit } from "@/editor/Digit";
import { toggled } from "@/editor/toggled";
import { Button } from "@/ui/Button";
import { input } from "@/ui/Field";
import { useReviewKeys } from "../board/keys";
import { REASON_ORDER } from "../words";

type Reason = Scalar<"RejectionReason">;
type Props = {
  onReject: (reasons: Reason[], comment: string) => void;
  onCancel: () => void;
  /** Where it stands: beneath one card, or beneath several, of which fraud is never said at once. */
  layer?: "board" | "together";
};

const LONGEST_COMMENT = 2_000;

/** Why it is rejected: a digit says it and is done; several with Shift, by pressing them, and Enter. */
export function Reject({ onReject, onCancel, layer = "board" }: Props) {
  const { t, i18n } = useLingui();
  const [reasons, setReasons] = useState<Reason[]>([]);
  const [comment, setComment] = useState("");
  const press = (reason: Reason) => setReasons((before) => toggled(before, reason, true) as Reason[]);
  const offered = layer === "together" ? REASON_ORDER.filter((reason) => reason !== "FRAUD") : REASON_ORDER;
  const send = () => reasons.length > 0 && onReject(reasons, comment);

  useReviewKeys(
    {
      digit: (digit, isMore) => {
        const reason = offered[digit - 1];
        if (!reason) return;
        if (isMore) press(reason);
        else onReject([...new Set([...reasons, reason])], comment);
      },
      confirm: reasons.length > 0 ? send : undefined,
    },
    layer,
  );

  return (
    <fieldset className="grid animate-rise gap-3 border-line border-t bg-surface p-3">
      <legend className="sr-only">
        <Trans>Why is it rejected?</Trans>
      </legend>
      <p aria-hidden className="font-semibold text-13">
        <Trans>Why is it rejected?</Trans>
      </p>
      <div className="grid grid-cols-2 gap-1.5 wide:grid-cols-4">
        {offered.map((reason, index) => (
          <label
            key={reason}
            className="flex min-h-11 items-center gap-2 rounded-8 border border-line px-2.5 py-1 text-12 leading-4 hover:bg-ground has-checked:border-bad has-checked:bg-bad/8 has-focus-visible:outline-2 has-focus-visible:outline-accent desk:min-h-9"
          >
            <input
              type="checkbox"
              checked={reasons.includes(reason)}
              onChange={() => press(reason)}
              className="size-4 shrink-0 accent-bad outline-none"
            />
            <span className="grow">{i18n._(REASONS[reason])}</span>
            <Digit index={index} />
          </label>
        ))}
      </div>
      <div className="flex flex-wrap items-end gap-2">
        <label className="grid w-full grow gap-1 desk:w-auto font-medium text-12 text-muted">
          <Trans>A comment for the annotator (optional)</Trans>
          <textarea
            rows={1}
            value={comment}
            maxLength={LONGEST_COMMENT}
            onChange={(event) => setComment(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && send()}
            className={`${input} min-h-11 resize-y py-2 font-normal text-ink desk:min-h-9 desk:py-1.5`}
          />
        </label>
        <Button kind="quiet" size="small" onClick={onCancel} className="ml-auto">
          <Trans>Cancel</Trans>
        </Button>
        <Button kind="danger" size="small" onClick={send} disabled={reasons.length === 0} title={t`Reject for the marked reasons`}>
          <Trans>Reject</Trans>
        </Button>
      </div>
    </fieldset>
  );
}
