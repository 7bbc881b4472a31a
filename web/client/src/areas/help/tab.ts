import { msg } from "@lingui/core/macro";
import { CircleQuestionMark } from "lucide-react";
import type { Tab } from "../areas";

/** Every area has it. */
export const helpTab: Tab = { to: "/help", label: msg`Help`, icon: CircleQuestionMark };
