import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronDown, Link2 } from "lucide-react";
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useLayoutEffect, useRef } from "react";
import { Button } from "@/ui/Button";
import { Markdown } from "@/ui/Markdown";
import { toast } from "@/ui/toasts";
import { classes } from "@/ui/words";
import type { FoundTopic } from "./search";

type Props = { id: string; entry: FoundTopic["entries"][number]; isOpen: boolean; onToggle: (isOpen: boolean) => void };

/** A question, and beneath it, where it is open, the answer. The browser's own search finds what is closed, and opens it. */
export function Question({ id, entry, isOpen, onToggle }: Props) {
  const { t } = useLingui();
  const name = useId();
  const panel = useRef<HTMLDivElement>(null);
  const open = useEffectEvent(() => onToggle(true));
  // React knows no other value of `hidden` than true.
  useLayoutEffect(() => {
    if (isOpen) panel.current?.removeAttribute("hidden");
    else panel.current?.setAttribute("hidden", "until-found");
  }, [isOpen]);
  useEffect(() => {
    const element = panel.current;
    const found = () => open();
    element?.addEventListener("beforematch", found);
    return () => element?.removeEventListener("beforematch", found);
  }, []);

  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}/help#${id}`);
    toast({ id: "copied", tone: "plain", title: t`Link copied` });
  };
  return (
    <div id={id} className="scroll-mt-26 break-inside-avoid desk:scroll-mt-16">
      <h3>
        <button
          id={name}
          type="button"
          aria-expanded={isOpen}
          aria-controls={`${name}-answer`}
          onClick={() => onToggle(!isOpen)}
          onKeyDown={walk}
          className="flex min-h-14 w-full items-center gap-3 px-4 py-3.5 text-left font-medium text-16 -outline-offset-2 transition-colors duration-120 hover:bg-ground desk:px-5 print:px-0"
        >
          <span className="grid min-w-0 grow gap-1">
            {entry.question}
            {entry.excerpt && !isOpen && <span className="text-wrap font-normal text-13 text-muted print:hidden">{entry.excerpt}</span>}
          </span>
          <ChevronDown
            className={classes("size-5 shrink-0 text-muted transition-[rotate] duration-220 print:hidden", isOpen && "rotate-180")}
            aria-hidden
          />
        </button>
      </h3>
      {/* Closed it is no region: an empty one would be read out. */}
      <div ref={panel} id={`${name}-answer`} {...(isOpen && { role: "region", "aria-labelledby": name })}>
        <div className="grid max-w-[72ch] animate-fade gap-3 px-4 pt-1 pb-4 text-16 desk:px-5 print:px-0">
          <Markdown text={entry.answer} headingLevel={3} />
          <Button size="small" kind="quiet" onClick={copy} className="-ml-3 justify-self-start print:hidden">
            <Link2 className="size-4" aria-hidden />
            <Trans>Copy link</Trans>
          </Button>
        </div>
      </div>
    </div>
  );
}

/** Arrows, Home and End go from question to question. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const questions = [...document.querySelectorAll<HTMLElement>("h3 > button[aria-expanded]")];
  const at = questions.indexOf(event.currentTarget);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: questions.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  questions[next]?.focus();
}
