import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { LucideIcon } from "lucide-react";
import type { Scalar } from "@/api/graphql";
import { consoleTabs } from "./console/tabs";
import { helpTab } from "./help/tab";
import { reviewTabs } from "./review/tabs";
import { profileTab, workTabs } from "./work/tabs";

/** `role` is who sees it, where not everybody of its area does. */
export type Tab = { to: string; label: MessageDescriptor; icon: LucideIcon; role?: Scalar<"Role"> };

export type Area = { name: string; label: MessageDescriptor; home: string; roles: readonly Scalar<"Role">[]; tabs: Tab[] };

/** Those that there are; a person of several roles begins in the last of theirs. Their routes are gathered in router.tsx. */
const AREAS: Area[] = [
  { name: "work", label: msg`Work`, home: "/work", roles: ["ANNOTATOR"], tabs: workTabs },
  { name: "review", label: msg`Review`, home: "/review/board", roles: ["MODERATOR", "ADMIN"], tabs: reviewTabs },
  { name: "console", label: msg`Console`, home: "/console/projects", roles: ["PARTNER"], tabs: consoleTabs },
];

export function areasOf(roles: readonly Scalar<"Role">[]): Area[] {
  return AREAS.filter((area) => area.roles.some((role) => roles.includes(role))).map((area) => {
    const own = area.tabs.filter(({ role }) => !role || roles.includes(role));
    const tabs = [...own, ...[helpTab, profileTab].filter((tab) => !own.includes(tab))];
    // Where an area's first page is for others, one begins on the first that is not.
    return { ...area, tabs, home: area.tabs[0] === tabs[0] ? area.home : (tabs[0]?.to ?? area.home) };
  });
}

/** The area that an address belongs to; where it belongs to several, the one that was left for it, or the last. */
export function areaAt(path: string, roles: readonly Scalar<"Role">[], left?: string): Area | undefined {
  const areas = areasOf(roles);
  const of = areas.filter(({ tabs }) => tabs.some(({ to }) => path === to || path.startsWith(`${to}/`)));
  return of.find(({ name }) => name === left) ?? of.at(-1) ?? areas[0];
}
