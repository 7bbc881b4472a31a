import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What the server refuses for, in the words of the chosen language: its own are English, and say more. */
export const REFUSALS: Record<string, MessageDescriptor> = {
  INVALID_INPUT: msg`This cannot be taken as it is.`,
  NOT_FOUND: msg`There is nothing here, or nothing for you.`,
  CONFLICT: msg`That does not go with what has happened meanwhile.`,
  IDEMPOTENCY_MISMATCH: msg`This was asked for before, otherwise.`,
  INVALID_CREDENTIALS: msg`The email address or the password is wrong.`,
  TOKEN_EXPIRED: msg`This link is not valid any more.`,
  EMAIL_UNCONFIRMED: msg`Confirm your email address first.`,
  TUTORIAL_REQUIRED: msg`Pass the tutorial first.`,
  QUALIFICATION_REQUIRED: msg`Pass the project's test first.`,
  NOT_ELIGIBLE: msg`This project is not open to you now.`,
  ACCOUNT_SUSPENDED: msg`Your account may not do this now.`,
  LEASE_EXPIRED: msg`The time for this task is over, and somebody else has it.`,
  ALREADY_SUBMITTED: msg`This was submitted before.`,
  ALREADY_DECIDED: msg`This was decided before.`,
  NOTHING_AVAILABLE: msg`There is nothing to do at the moment.`,
  INSUFFICIENT_FUNDS: msg`There is less than that in the balance.`,
  BELOW_MINIMUM: msg`That is less than the least.`,
  INVALID_ADDRESS: msg`Nothing can be paid to this address.`,
  TOO_LATE: msg`It is too late for that.`,
  UNAUTHENTICATED: msg`Sign in first.`,
  FORBIDDEN: msg`You may not do this.`,
  RATE_LIMITED: msg`That was too often. Wait a little.`,
};

/** Those of which the server's own words say what exactly. */
export const DETAILED = new Set(["INVALID_INPUT", "CONFLICT", "ALREADY_DECIDED", "BELOW_MINIMUM", "INVALID_ADDRESS", "TOO_LATE"]);
