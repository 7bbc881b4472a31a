import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Scope } from "./documents";

export const SCOPES: Record<Scope, { label: MessageDescriptor; about: MessageDescriptor }> = {
  PROJECTS_READ: { label: msg`Read projects`, about: msg`Projects, their items and how far they are` },
  PROJECTS_WRITE: { label: msg`Change projects`, about: msg`Make, fund, open and close them, and bring items` },
  RESULTS_READ: { label: msg`Read results`, about: msg`The approved answers` },
};
