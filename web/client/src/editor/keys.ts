import { useEffect, useEffectEvent } from "react";
import { create } from "zustand";

export type Action =
  | "select"
  | "box"
  | "polygon"
  | "brush"
  | "eraser"
  | "smaller"
  | "larger"
  | "undo"
  | "redo"
  | "remove"
  | "duplicate"
  | "hide"
  | "fit"
  | "play"
  | "back"
  | "slower"
  | "faster"
  | "submit"
  | "skip"
  | "instructions"
  | "help";

/** As web.md names them; "Mod" is Ctrl, or Cmd on a Mac. */
export const DEFAULTS: Record<Action, string> = {
  select: "V",
  box: "B",
  polygon: "P",
  brush: "D",
  eraser: "E",
  smaller: "[",
  larger: "]",
  undo: "Mod+Z",
  redo: "Mod+Shift+Z",
  remove: "Delete",
  duplicate: "Mod+D",
  hide: "H",
  fit: "0",
  // With Mod, so that they work while one types what one hears.
  play: "Mod+K",
  back: "Mod+J",
  slower: "<",
  faster: ">",
  submit: "Mod+Enter",
  skip: "S",
  instructions: "I",
  help: "?",
};

type Keys = { areOn: boolean; keys: Record<Action, string> };

const STORED = "tidemark.keys";
const stored = JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<Keys>;

/** Which keys do what on this device. */
export const useKeys = create<Keys>(() => ({ areOn: stored.areOn ?? true, keys: { ...DEFAULTS, ...stored.keys } }));
useKeys.subscribe((state) => localStorage.setItem(STORED, JSON.stringify(state)));

/** The key's name as bindings have it, or null for a modifier alone. */
export function keyName(event: KeyboardEvent): string | null {
  if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return null;
  const letter = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const isMod = event.ctrlKey || event.metaKey;
  // A sign that needs Shift to be typed is named by itself.
  const isShift = event.shiftKey && (event.key.length > 1 || letter !== event.key || isMod);
  return `${isMod ? "Mod+" : ""}${isShift && (isMod || event.key.length > 1) ? "Shift+" : ""}${letter}`;
}

const IS_MAC = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.userAgent);

/** As it stands on the keyboard. */
export function shownKey(name: string): string {
  return name.replace("Mod", IS_MAC ? "⌘" : "Ctrl").replaceAll("+", " + ");
}

const WRITING = "input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select, [contenteditable=true]";

type Handlers = Partial<Record<Action, () => void>> & { digit?: (digit: number) => void };

/** Carries out what a key stands for, unless somebody is typing; those with Mod work everywhere. */
export function useShortcuts(handlers: Handlers): void {
  const take = useEffectEvent((event: KeyboardEvent) => {
    const { areOn, keys } = useKeys.getState();
    const name = keyName(event);
    if (!areOn || !name || event.defaultPrevented || event.altKey) return;
    const isWriting = event.target instanceof Element && event.target.closest(WRITING);
    if (isWriting && (!name.startsWith("Mod+") || name === "Mod+Z" || name === "Mod+Shift+Z")) return;
    if (document.querySelector("dialog[open]")) return;
    const action = (Object.keys(keys) as Action[]).find((each) => keys[each] === name);
    const handler = action && handlers[action];
    if (handler) handler();
    else if (handlers.digit && /^[1-9]$/.test(name)) handlers.digit(Number(name));
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => take(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
