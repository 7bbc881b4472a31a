import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { LucideIcon } from "lucide-react";
import type { Scalar } from "@/api/graphql";
import { workTabs } from "./work/tabs";

export type Tab = { to: string; label: MessageDescriptor; icon: LucideIcon };

type Area = { name: string; label: MessageDescriptor; home: string; role: Scalar<"Role">; tabs: Tab[] };

/** Those that there are, the one that a person of several roles begins in first. Their routes are gathered in router.tsx. */
const AREAS: Area[] = [{ name: "work", label: msg`Work`, home: "/work", role: "ANNOTATOR", tabs: workTabs }];

export function areasOf(roles: readonly Scalar<"Role">[]): Area[] {
  return AREAS.filter(({ role }) => roles.includes(role));
}

/** The area that an address belongs to. */
export function areaAt(path: string, roles: readonly Scalar<"Role">[]): Area | undefined {
  const areas = areasOf(roles);
  return areas.find(({ tabs }) => tabs.some(({ to }) => path === to || path.startsWith(`${to}/`))) ?? areas[0];
}
