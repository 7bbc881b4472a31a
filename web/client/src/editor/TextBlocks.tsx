import { useLingui } from "@lingui/react/macro";
import { type PointerEvent, type ReactNode, useRef } from "react";
import { classes } from "@/ui/words";
import type { Span } from "./answers";
import type { Content, FieldOf } from "./documents";
import { pointsIn } from "./points";

type Props = {
  content: readonly Content[];
  field: FieldOf<"SpanField"> | undefined;
  spans: readonly Span[];
  label: string;
  onChange: (spans: Span[]) => void;
  /** The texts are all there is to see, so they get the room. */
  fills: boolean;
};

/** The item's texts. Where spans are asked for, selecting words marks them, and pressing a mark takes it away. */
export function TextBlocks({ content, field, spans, label, onChange, fills }: Props) {
  return (
    <div className={classes("grid content-start gap-4 overflow-y-auto bg-ground p-4 desk:p-8", fills && "grow desk:content-center-safe")}>
      {content.map((block, index) =>
        block.__typename === "TextContent" ? (
          <TextBlock
            // biome-ignore lint/suspicious/noArrayIndexKey: spans name a block by its place, which never changes
            key={index}
            index={index}
            text={block.text}
            role={block.role}
            field={field}
            spans={spans.filter((span) => span.content === index)}
            onMark={(start, end) => onChange(marked(spans, { label, content: index, start, end }))}
            onRemove={(gone) => onChange(spans.filter((span) => span !== gone))}
          />
        ) : null,
      )}
    </div>
  );
}

function marked(spans: readonly Span[], span: Span): Span[] {
  const same = (each: Span) => each.content === span.content && each.start === span.start && each.end === span.end;
  return [...spans.filter((each) => !same(each)), span].sort((a, b) => a.content - b.content || a.start - b.start);
}

type BlockProps = {
  index: number;
  text: string;
  role: string | null;
  field: FieldOf<"SpanField"> | undefined;
  spans: readonly Span[];
  onMark: (start: number, end: number) => void;
  onRemove: (span: Span) => void;
};

function TextBlock({ text, role, field, spans, onMark, onRemove }: BlockProps) {
  const { t } = useLingui();
  const element = useRef<HTMLParagraphElement>(null);
  const mark = () => {
    const range = field && element.current ? selectedIn(element.current) : null;
    if (!range) return;
    window.getSelection()?.removeAllRanges();
    onMark(...range);
  };
  // A touch selects by long press and handles: the selection is taken when the finger leaves a handle, not while it moves.
  const release = (event: PointerEvent) => setTimeout(mark, event.pointerType === "mouse" ? 0 : 350);
  return (
    <figure className="mx-auto w-full max-w-180 rounded-12 border border-line bg-surface p-4 desk:p-6">
      {role && <figcaption className="mb-1.5 font-medium text-12 text-muted first-letter:uppercase">{role}</figcaption>}
      <p
        ref={element}
        onPointerUp={release}
        onKeyUp={(event) => event.key === "Enter" && mark()}
        tabIndex={field ? 0 : undefined}
        aria-label={field ? t`Text to mark. Select words; with the keyboard, Enter marks them.` : undefined}
        className={classes("whitespace-pre-wrap break-words text-16 leading-7", field && "cursor-text select-text")}
      >
        {pieces(text, spans, field, onRemove)}
      </p>
    </figure>
  );
}

function pieces(
  text: string,
  spans: readonly Span[],
  field: FieldOf<"SpanField"> | undefined,
  onRemove: (span: Span) => void,
): ReactNode[] {
  const characters = [...text];
  const cuts = [...new Set([0, characters.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, index) => {
    const end = cuts[index + 1] ?? characters.length;
    const piece = characters.slice(start, end).join("");
    const over = spans.filter((span) => span.start <= start && span.end >= end);
    const top = over.at(-1);
    if (!top) return piece;
    const named = field?.classes.find(({ key }) => key === top.label);
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list beside the text removes by keyboard
      <mark
        key={start}
        title={named?.label}
        onClick={() => window.getSelection()?.isCollapsed && onRemove(top)}
        className="cursor-pointer rounded-[3px] border-b-2 py-0.5 text-ink"
        style={{
          background: `color-mix(in srgb, ${named?.color} ${Math.min(60, 24 * over.length)}%, transparent)`,
          borderColor: named?.color,
        }}
      >
        {piece}
        {top.end === end && <sup className="ml-0.5 select-none font-semibold text-11">{named?.label.slice(0, 1)}</sup>}
      </mark>
    );
  });
}

/** What is selected within the element, in code points of its text, without the white space around it; null where nothing is. */
function selectedIn(element: HTMLElement): [number, number] | null {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  const lead = textOf(before);
  const chosen = textOf(range);
  const start = pointsIn(lead) + pointsIn(chosen) - pointsIn(chosen.trimStart());
  const end = start + pointsIn(chosen.trim());
  return end > start ? [start, end] : null;
}

/** Without the letters that stand beside marks. */
function textOf(range: Range): string {
  const copy = range.cloneContents();
  for (const letter of copy.querySelectorAll("sup")) letter.remove();
  return copy.textContent ?? "";
}
