import { msg } from "@lingui/core/macro";
import { Banknote, Building2, Columns3, LifeBuoy, ScrollText, Users } from "lucide-react";
import type { Tab } from "../areas";

export const reviewTabs: Tab[] = [
  { to: "/review/board", label: msg`Board`, icon: Columns3, role: "MODERATOR" },
  { to: "/review/people", label: msg`People`, icon: Users },
  { to: "/review/tickets", label: msg`Tickets`, icon: LifeBuoy },
  { to: "/review/payouts", label: msg`Payouts`, icon: Banknote, role: "ADMIN" },
  { to: "/review/organizations", label: msg`Partners`, icon: Building2, role: "ADMIN" },
  { to: "/review/audit", label: msg`Audit`, icon: ScrollText, role: "ADMIN" },
];
