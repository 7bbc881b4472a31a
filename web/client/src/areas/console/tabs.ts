import { msg } from "@lingui/core/macro";
import { Braces, FolderKanban, KeyRound } from "lucide-react";
import type { Tab } from "../areas";

export const consoleTabs: Tab[] = [
  { to: "/console/projects", label: msg`Projects`, icon: FolderKanban },
  { to: "/console/tokens", label: msg`Tokens`, icon: KeyRound },
  { to: "/console/graphiql", label: msg`GraphQL`, icon: Braces },
];
