import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Copy, type LucideIcon, MonitorSmartphone, Rabbit, Repeat, WalletCards } from "lucide-react";
import type { Scalar } from "@/api/graphql";
import type { Column } from "./board/board";

export const COLUMN_NAMES: Record<Column, MessageDescriptor> = {
  waiting: msg`To review`,
  claimed: msg`In review`,
  approved: msg`Approved`,
  rejected: msg`Rejected`,
  appeals: msg`Appeals`,
};

/** Why the judge leaves an answer to people. */
export const DOUBTS: Record<Scalar<"ReviewReason">, MessageDescriptor> = {
  DISAGREEMENT: msg`Answers disagree`,
  LOW_SCORE: msg`Looks wrong`,
  NEW_ANNOTATOR: msg`New annotator`,
  COPY: msg`Same as another`,
  TOO_FAST: msg`Too fast`,
  ALONE: msg`No other answer came`,
};

/** What looks like fraud; whether there are answers to look at. */
export const FRAUD_KINDS: Record<Scalar<"FraudKind">, { label: MessageDescriptor; icon: LucideIcon; hasAnswers: boolean }> = {
  SAME_ANSWERS: { label: msg`The same answers`, icon: Copy, hasAnswers: true },
  SAME_ADDRESS: { label: msg`The same address for payouts`, icon: WalletCards, hasAnswers: false },
  SAME_DEVICE: { label: msg`The same device`, icon: MonitorSmartphone, hasAnswers: false },
  IMPOSSIBLE_SPEED: { label: msg`Faster than anybody can be`, icon: Rabbit, hasAnswers: true },
  ONE_BUTTON: { label: msg`One answer to everything`, icon: Repeat, hasAnswers: true },
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

/** What staff does, by the name that the audit log has for it. */
export const ACTIONS: Readonly<Record<string, MessageDescriptor>> = {
  suspendAnnotator: msg`Suspended a person`,
  banAnnotator: msg`Banned a person`,
  reinstateAnnotator: msg`Reinstated a person`,
  grantRole: msg`Granted a role`,
  revokeRole: msg`Took a role back`,
  replyToTicket: msg`Answered a ticket`,
  closeTicket: msg`Closed a ticket`,
  decideAppeal: msg`Decided an appeal`,
  decideAudit: msg`Looked at a sample again`,
  creditOrganization: msg`Credited an organization`,
  createApiToken: msg`Made an API token`,
  revokeApiToken: msg`Revoked an API token`,
  holdWithdrawal: msg`Held a withdrawal`,
  releaseWithdrawal: msg`Released a withdrawal`,
  refuseWithdrawal: msg`Refused a withdrawal`,
  givePayoutBack: msg`Gave a payout back`,
};
