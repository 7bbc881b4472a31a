/** What keys do unless one changes it. The app listens; `Engine.perform` acts. */

export type Action =
  | "select"
  | "box"
  | "polygon"
  | "brush"
  | "eraser"
  | "smaller"
  | "larger"
  | "new-mask"
  | "undo"
  | "redo"
  | "delete"
  | "duplicate"
  | "back"
  | "finish"
  | "escape"
  | "hide"
  | "fit"
  | "zoom-in"
  | "zoom-out"
  | "next"
  | "previous"
  | `nudge-${Direction}`
  | `nudge-far-${Direction}`
  | `resize-${Direction}`
  | `label-${Digit}`;

export type Direction = "left" | "right" | "up" | "down";
export type Digit = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
export type Keymap = Readonly<Partial<Record<Action, readonly string[]>>>;

/** "Mod" is Ctrl, or Command. Space, held, drags the image: that is `Engine.setGrab`. */
export const DEFAULT_KEYS: Readonly<Record<Action, readonly string[]>> = {
  select: ["V"],
  box: ["B"],
  polygon: ["P"],
  brush: ["D"],
  eraser: ["E"],
  smaller: ["["],
  larger: ["]"],
  "new-mask": ["N"],
  undo: ["Mod+Z"],
  redo: ["Mod+Shift+Z", "Mod+Y"],
  delete: ["Delete"],
  duplicate: ["Mod+D"],
  back: ["Backspace"],
  finish: ["Enter"],
  escape: ["Escape"],
  hide: ["H"],
  fit: ["0"],
  "zoom-in": ["+", "="],
  "zoom-out": ["-"],
  next: ["Tab"],
  previous: ["Shift+Tab"],
  "nudge-left": ["ArrowLeft"],
  "nudge-right": ["ArrowRight"],
  "nudge-up": ["ArrowUp"],
  "nudge-down": ["ArrowDown"],
  "nudge-far-left": ["Shift+ArrowLeft"],
  "nudge-far-right": ["Shift+ArrowRight"],
  "nudge-far-up": ["Shift+ArrowUp"],
  "nudge-far-down": ["Shift+ArrowDown"],
  "resize-left": ["Alt+ArrowLeft"],
  "resize-right": ["Alt+ArrowRight"],
  "resize-up": ["Alt+ArrowUp"],
  "resize-down": ["Alt+ArrowDown"],
  "label-1": ["1"],
  "label-2": ["2"],
  "label-3": ["3"],
  "label-4": ["4"],
  "label-5": ["5"],
  "label-6": ["6"],
  "label-7": ["7"],
  "label-8": ["8"],
  "label-9": ["9"],
};

/** What of a KeyboardEvent is looked at. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The name of a key press as keymaps have it: "Mod+Shift+Z". */
export function nameOf(press: KeyPress): string {
  const key = keyOf(press);
  // Shift belongs to the name of letters and of named keys; other signs are typed by it.
  const shifted = press.shiftKey && (key.length > 1 || /[A-Z]/.test(key));
  return `${press.ctrlKey || press.metaKey ? "Mod+" : ""}${press.altKey ? "Alt+" : ""}${shifted ? "Shift+" : ""}${key}`;
}

export function actionFor(press: KeyPress, keys: Keymap = DEFAULT_KEYS): Action | null {
  const name = nameOf(press);
  const found = Object.entries(keys).find(([, names]) => names?.includes(name));
  return found ? (found[0] as Action) : null;
}

/** Letters by their place where the layout has other scripts, so that keys work in all languages. */
function keyOf({ key, code }: KeyPress): string {
  if (key.length > 1 || /^[!-~]$/.test(key)) return key.toUpperCase() === key.toLowerCase() || key.length > 1 ? key : key.toUpperCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3) : key;
}

const STEPS: Readonly<Record<Direction, readonly [number, number]>> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

/** The step of an action that nudges or resizes, in pixels of the image. */
export function stepOf(action: Action): { readonly x: number; readonly y: number; readonly resizes: boolean } | null {
  const [, verb, direction] = /^(nudge|nudge-far|resize)-(left|right|up|down)$/.exec(action) ?? [];
  if (!verb || !direction) return null;
  const [x, y] = STEPS[direction as Direction];
  const far = verb === "nudge-far" ? 10 : 1;
  return { x: x * far, y: y * far, resizes: verb === "resize" };
}
