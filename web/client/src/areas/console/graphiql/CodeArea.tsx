import { type ComponentProps, type KeyboardEvent, type ReactNode, type RefObject, useRef } from "react";
import { classes } from "@/ui/words";

const TOKENS =
  /(#[^\n]*)|("(?:\\.|[^"\\\n])*")(\s*:)?|(\b(?:query|mutation|subscription|fragment|on|true|false|null)\b)|(\$\w+)|(-?\b\d+(?:\.\d+)?\b)/g;

type Props = Omit<ComponentProps<"textarea">, "ref" | "onChange" | "value"> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onRun: () => void;
  area?: RefObject<HTMLTextAreaElement | null>;
};

const LAYER = "m-0 min-h-full w-full whitespace-pre-wrap break-words p-4 font-mono text-13 leading-5 [tab-size:2]";

/** A text area for code: colours lie beneath it, Tab indents (Esc, then Tab, leaves), Ctrl+Enter runs. */
export function CodeArea({ label, value, onChange, onRun, area, className, ...rest }: Props) {
  const leaves = useRef(false);
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { currentTarget: target, key } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    } else if (key === "Tab" && !event.shiftKey && !leaves.current) {
      event.preventDefault();
      insert(target, "  ");
    } else if (key === "Enter") {
      event.preventDefault();
      insert(target, `\n${indentAt(target)}`);
    }
    leaves.current = key === "Escape";
  };
  return (
    <div className={classes("relative overflow-auto", className)}>
      <div className="grid min-h-full">
        <pre aria-hidden className={classes(LAYER, "pointer-events-none col-start-1 row-start-1")}>
          {coloured(value)}
          {"\n"}
        </pre>
        <textarea
          {...rest}
          ref={area}
          aria-label={label}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={press}
          className={classes(
            LAYER,
            "col-start-1 row-start-1 resize-none overflow-hidden bg-transparent text-transparent caret-ink -outline-offset-2",
          )}
        />
      </div>
    </div>
  );
}

/** As if typed, so that undo knows of it. */
export function insert(target: HTMLTextAreaElement, text: string): void {
  target.focus();
  document.execCommand("insertText", false, text);
}

function indentAt({ value, selectionStart }: HTMLTextAreaElement): string {
  const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
  return (/^\s*/.exec(line)?.[0] ?? "") + (/[{([]\s*$/.test(line) ? "  " : "");
}

export function coloured(text: string): ReactNode[] {
  const made: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [whole, comment, string, colon, keyword, variable] = match;
    made.push(text.slice(from, match.index));
    const tone = comment
      ? "text-muted"
      : string
        ? colon
          ? "text-accent"
          : "text-good"
        : keyword
          ? "text-accent"
          : variable
            ? "text-warning"
            : "text-warning";
    made.push(
      <span key={match.index} className={tone}>
        {whole}
      </span>,
    );
    from = match.index + whole.length;
  }
  made.push(text.slice(from));
  return made;
}
