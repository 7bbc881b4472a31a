import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useFormat } from "@/ui/format";
import { measureOf } from "./words";

type Props = { step: { rule: string | null; reason: string; good: number | null; counted: number | null; below: number | null } };

/** Why a step was taken: of a rule what it saw, with its figures; else what people wrote. */
export function Said({ step: { rule, reason, good, counted, below } }: Props): ReactNode {
  const format = useFormat();
  const measure = rule ? measureOf(rule) : undefined;
  if (!measure || good === null || counted === null || below === null) return reason;
  const [right, all, wanted, lacking] = [format.number(good), format.number(counted), format.share(below), format.number(counted - good)];
  switch (measure) {
    case "accuracy":
      return (
        <Trans>
          Of your last {all} judged answers {right} were right; at least {wanted} should be.
        </Trans>
      );
    case "kind":
      return (
        <Trans>
          Of your last {all} judged answers of this kind {right} were right; at least {wanted} should be.
        </Trans>
      );
    case "too fast":
      return (
        <Trans>
          {lacking} of your last {all} answers came faster than the work can be done with care.
        </Trans>
      );
    case "skips":
      return (
        <Trans>
          You skipped {lacking} of your last {all} tasks; at least {wanted} should be answered.
        </Trans>
      );
  }
}
