import { useEffect, useEffectEvent } from "react";
import { useKeys } from "@/editor/keys";

export type ReviewAct =
  | "next"
  | "previous"
  | "markNext"
  | "markPrevious"
  | "claim"
  | "release"
  | "approve"
  | "reject"
  | "fix"
  | "together"
  | "undo"
  | "overlay"
  | "others"
  | "fit"
  | "closer"
  | "farther"
  | "help"
  | "close"
  | "confirm";

const KEYS: Record<string, ReviewAct> = {
  j: "next",
  ArrowDown: "next",
  k: "previous",
  ArrowUp: "previous",
  J: "markNext",
  K: "markPrevious",
  c: "claim",
  r: "release",
  a: "approve",
  x: "reject",
  f: "fix",
  g: "together",
  u: "undo",
  o: "overlay",
  i: "others",
  "0": "fit",
  "+": "closer",
  "=": "closer",
  "-": "farther",
  "?": "help",
  Enter: "confirm",
  Escape: "close",
};

const WRITING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable=true]";
const ARROWS = "audio, [role=slider], [role=tablist], [role=radiogroup]";

type Handlers = Partial<Record<ReviewAct, () => void>> & { digit?: (digit: number, isMore: boolean) => void };

/** What lies over the board and has keys of its own: an element with `data-layer`. */
type Layer = "board" | "together" | "fix";

/** Judging by keys alone. Off where somebody writes, over dialogs, beneath another layer, and where keys are switched off in the profile. */
export function useReviewKeys(handlers: Handlers, layer: Layer = "board"): void {
  const take = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (layer !== (document.querySelector<HTMLElement>("[data-layer]")?.dataset.layer ?? "board")) return;
    const at = event.target instanceof Element ? event.target : null;
    const isWriting = at?.closest(WRITING);
    if (isWriting && event.key !== "Escape") return;
    if (event.key !== "Escape" && (!useKeys.getState().areOn || (event.key.startsWith("Arrow") && at?.closest(ARROWS)))) return;
    if (event.key === "Enter" && at?.closest("button, a, summary")) return;
    if (isWriting) {
      (at as HTMLElement).blur();
      return;
    }
    // The place of the key, since Shift makes a sign of a digit.
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const act = KEYS[event.key];
    const handler = act && handlers[act];
    if (digit && handlers.digit) handlers.digit(Number(digit), event.shiftKey);
    else if (handler) handler();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => take(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
