import { useLingui } from "@lingui/react/macro";
import type { Content } from "@/editor/documents";

/** An item's content, to look at. */
export function Blocks({ content }: { content: readonly Content[] }) {
  const { t } = useLingui();
  return (
    <div className="grid gap-3">
      {content.map((block) =>
        block.__typename === "ImageContent" ? (
          <img
            key={block.url}
            src={block.url}
            alt={block.alt || t`The item's picture`}
            width={block.width}
            height={block.height}
            className="h-auto max-h-120 w-full rounded-8 bg-stage object-contain"
          />
        ) : block.__typename === "AudioContent" ? (
          <audio
            key={block.url}
            controls
            preload="metadata"
            src={block.url}
            className="w-full"
            aria-label={t`Recording of ${Math.round(block.seconds)} seconds`}
          />
        ) : (
          <figure key={block.text} className="rounded-8 border border-line bg-ground p-3">
            {block.role && <figcaption className="mb-1 font-medium text-12 text-muted first-letter:uppercase">{block.role}</figcaption>}
            <p className="whitespace-pre-wrap break-words">{block.text}</p>
          </figure>
        ),
      )}
    </div>
  );
}
