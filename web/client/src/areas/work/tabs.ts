import { msg } from "@lingui/core/macro";
import { CircleUserRound, FileCheck2, SquarePen, Wallet } from "lucide-react";
import type { Tab } from "../areas";
import { helpTab } from "../help/tab";

export const profileTab: Tab = { to: "/profile", label: msg`Profile`, icon: CircleUserRound };

export const workTabs: Tab[] = [
  { to: "/work", label: msg`Work`, icon: SquarePen },
  { to: "/earnings", label: msg`Earnings`, icon: Wallet },
  { to: "/reports", label: msg`Reports`, icon: FileCheck2 },
  helpTab,
  profileTab,
];
