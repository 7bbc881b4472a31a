import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import type { Scalar } from "@/api/graphql";

export const REASONS: Record<Scalar<"RejectionReason">, MessageDescriptor> = {
  WRONG_LABEL: msg`Wrong label`,
  MISSED_OBJECT: msg`Something was missed`,
  EXTRA_OBJECT: msg`Something is marked that should not be`,
  IMPRECISE_SHAPE: msg`Imprecise shape`,
  INCOMPLETE: msg`Incomplete`,
  IGNORED_INSTRUCTIONS: msg`The instructions were not followed`,
  SPAM: msg`Spam`,
  FRAUD: msg`Fraud`,
};

export function ReasonList({ reasons }: { reasons: readonly Scalar<"RejectionReason">[] }) {
  const { i18n } = useLingui();
  return <>{reasons.map((reason) => i18n._(REASONS[reason])).join(" · ")}</>;
}
