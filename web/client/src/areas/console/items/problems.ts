import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Scalar } from "@/api/graphql";

export const PROBLEMS: Record<Scalar<"ProblemKind">, MessageDescriptor> = {
  BROKEN: msg`It does not load or is damaged`,
  UNCLEAR: msg`It is not clear what to do`,
  UNSAFE: msg`It should not be shown`,
};
