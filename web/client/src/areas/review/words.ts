import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Scalar } from "@/api/graphql";
import type { Column } from "./board/board";

export const COLUMN_NAMES: Record<Column, MessageDescriptor> = {
  waiting: msg`To review`,
  claimed: msg`In review`,
  approved: msg`Approved`,
  rejected: msg`Rejected`,
  appeals: msg`Appeals`,
};

/** In the order of their digits. */
export const REASON_ORDER: readonly Scalar<"RejectionReason">[] = [
  "WRONG_LABEL",
  "MISSED_OBJECT",
  "EXTRA_OBJECT",
  "IMPRECISE_SHAPE",
  "INCOMPLETE",
  "IGNORED_INSTRUCTIONS",
  "SPAM",
  "FRAUD",
];

export const STATUSES: Record<Scalar<"AccountStatus">, MessageDescriptor> = {
  ACTIVE: msg`Active`,
  RESTRICTED: msg`Restricted`,
  SUSPENDED: msg`Suspended`,
  BANNED: msg`Banned`,
};
