import { AudioLines, FileText } from "lucide-react";
import { imageOf } from "@/editor/answers";
import type { Content } from "@/editor/documents";

/** What an item is, at a glance. */
export function Thumbnail({ content }: { content: readonly Content[] }) {
  const image = imageOf(content);
  if (image) return <img src={image.url} alt="" loading="lazy" className="size-11 shrink-0 rounded-8 bg-stage object-cover" />;
  const Icon = content.some(({ __typename }) => __typename === "AudioContent") ? AudioLines : FileText;
  return (
    <span className="grid size-11 shrink-0 place-items-center rounded-8 bg-soft text-accent">
      <Icon className="size-5" aria-hidden />
    </span>
  );
}

/** Its words, or what is said of its picture. */
export function gistOf(content: readonly Content[]): string {
  return content
    .map((block) => (block.__typename === "TextContent" ? block.text : block.__typename === "ImageContent" ? block.alt : ""))
    .filter(Boolean)
    .join(" · ");
}
