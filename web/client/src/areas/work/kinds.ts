import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { AudioLines, Blocks, Boxes, Brush, ClipboardList, FolderTree, type LucideIcon, Search, Tag, TextSelect } from "lucide-react";
import type { Scalar } from "@/api/graphql";

/** What kind of work a project is, as a word and a picture. */
export const KINDS: Record<Scalar<"TaskKind">, { label: MessageDescriptor; icon: LucideIcon }> = {
  CLASSIFICATION: { label: msg`Classification`, icon: Tag },
  DETECTION: { label: msg`Detection`, icon: Boxes },
  SEGMENTATION: { label: msg`Segmentation`, icon: Brush },
  TEXT_REVIEW: { label: msg`Text review`, icon: TextSelect },
  SEARCH_RELEVANCE: { label: msg`Search relevance`, icon: Search },
  CATEGORIZATION: { label: msg`Categorization`, icon: FolderTree },
  TRANSCRIPTION: { label: msg`Transcription`, icon: AudioLines },
  SURVEY: { label: msg`Survey`, icon: ClipboardList },
  CUSTOM: { label: msg`Mixed`, icon: Blocks },
};
