import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Scalar } from "@/api/graphql";

/** Steps of the ladder, as what they are. */
export const LADDER: Record<Scalar<"LadderStep">, MessageDescriptor> = {
  WARNED: msg`A warning`,
  RESTRICTED: msg`A restriction`,
  SUSPENDED: msg`A suspension`,
  BANNED: msg`A ban`,
};

export type Measure = "accuracy" | "too fast" | "skips" | "kind";

/** What a rule looks at: its name begins with it. */
export function measureOf(rule: string): Measure | undefined {
  return MEASURES.find((measure) => rule.startsWith(`${measure}:`));
}

const MEASURES: readonly Measure[] = ["accuracy", "too fast", "skips", "kind"];

/** How to recover. */
export const ADVICE: Record<Measure, MessageDescriptor> = {
  accuracy: msg`Read the instructions and the examples again, take your time, and skip what you are not sure of.`,
  "too fast": msg`Look at each item before you answer. There is no prize for speed: what is right is paid, however long it takes.`,
  skips: msg`Choose projects that suit you: skipping now and then is fine.`,
  kind: msg`Repeat the lesson on this kind of task; other kinds stay open to you.`,
};
