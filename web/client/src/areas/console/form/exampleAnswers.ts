import { type Answers, answersOf } from "@/editor/answers";
import type { ServedAnswer } from "@/editor/documents";

/** An example's answers, its photographs and recordings too: the project's own can be sent again. */
export function answersWithMedia(served: readonly ServedAnswer[]): Answers {
  const media = served.flatMap(({ key, value }) => {
    if (value.__typename !== "MediaAnswer") return [];
    const shown = value.media.flatMap((block) =>
      block.__typename === "TextContent" || !block.uploadId
        ? []
        : [{ id: block.uploadId, kind: block.__typename === "ImageContent" ? ("IMAGE" as const) : ("AUDIO" as const), url: block.url }],
    );
    return [[key, { media: shown }] as const];
  });
  return { ...answersOf(served), ...Object.fromEntries(media) };
}
