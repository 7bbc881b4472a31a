/** How labels look: a colour, and a letter and a pattern besides, so that no meaning hangs on colour alone. */

import type { LabelClass, ShapeField } from "./shapes";

export const DARK = "#0a0c10bf";
export const LIGHT = "#ffffff";
export const WRONG = "#ff5c69";
export const FILL = 0.22;
/** CSS pixels; the dark stroke shows a pixel on either side of the coloured one. */
export const STROKE = 2;
export const STROKE_BELOW = 4;
/** So far beyond its bounds a shape is drawn: strokes, letters. CSS pixels. */
export const SPILL = 24;

export interface Look {
  readonly color: string;
  /** The opacity of the fill, 0 to 1. */
  readonly fill: number;
  readonly letter: string;
  /** Which pattern of the fill; 0 is plain. */
  readonly pattern: number;
  /** Lengths of dashes and gaps in CSS pixels. */
  readonly dash: readonly number[];
  /** The pattern shows whatever the display says. */
  readonly isHatched?: boolean;
  /** The letter is a sign of its own: at the other corner, and however small the shape. */
  readonly isSign?: boolean;
}

/** How an overlay is drawn; what is left out is as the label has it. */
export interface OverlayStyle {
  readonly color?: string;
  readonly fill?: number;
  readonly dash?: readonly number[];
  readonly letters?: boolean;
  /** One or two characters in the place of the labels' letters, beside those of one's own shapes. */
  readonly sign?: string;
  readonly hatched?: boolean;
}

const UNKNOWN: LabelClass = { key: "", label: "?", color: "#98a2b3" };

/** What is drawn for a label: classes whose names begin alike get the next free letter. */
export class Looks {
  readonly #looks = new Map<string, Look>();
  readonly #unknown = lookOf(UNKNOWN, "?", 0);

  constructor(fields: readonly Pick<ShapeField, "key" | "classes">[]) {
    for (const field of fields) {
      const taken = new Set<string>();
      for (const [index, each] of field.classes.entries()) {
        const letter = letterFor(each, taken);
        taken.add(letter);
        this.#looks.set(keyOf(field.key, each.key), lookOf(each, letter, index));
      }
    }
  }

  of({ field, label }: { field: string; label: string }): Look {
    return this.#looks.get(keyOf(field, label)) ?? this.#unknown;
  }
}

/** One look per style and label, so that shapes that look alike are drawn together. */
export class OverlayLooks {
  readonly #styled = new Map<Look, Look>();
  readonly #style: OverlayStyle;

  constructor(style: OverlayStyle) {
    this.#style = style;
  }

  of(look: Look): Look {
    const known = this.#styled.get(look);
    if (known) return known;
    const { color = look.color, fill = look.fill, dash = look.dash, letters = true, sign, hatched = false } = this.#style;
    const letter = sign ?? (letters ? look.letter : "");
    const pattern = hatched ? HATCHES : look.pattern;
    const styled = { color, fill, dash, letter, pattern, isHatched: hatched, isSign: sign !== undefined };
    this.#styled.set(look, styled);
    return styled;
  }
}

/** Eight rows of eight pixels, a byte a row; a set bit is drawn stronger. Plain, then stripes four ways, dots, a grid. */
export const PATTERNS: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0x11, 0x22, 0x44, 0x88, 0x11, 0x22, 0x44, 0x88],
  [0x88, 0x44, 0x22, 0x11, 0x88, 0x44, 0x22, 0x11],
  [0xff, 0, 0, 0, 0xff, 0, 0, 0],
  [0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11],
  [0x66, 0x66, 0, 0, 0x66, 0x66, 0, 0],
  [0xff, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
];

const HATCHES = 1;

export function isStrong(pattern: number, x: number, y: number): boolean {
  return (((PATTERNS[pattern]?.[y & 7] ?? 0) >> (x & 7)) & 1) === 1;
}

/** Red, green, blue, 0 to 255, of "#rrggbb". */
export function channels(color: string): readonly [number, number, number] {
  const value = Number.parseInt(color.slice(1, 7), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Black or white, whichever is easier to read on the colour. */
export function inkOn(color: string): string {
  const [red, green, blue] = channels(color);
  return red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? "#0a0c10" : "#ffffff";
}

function lookOf({ color }: LabelClass, letter: string, index: number): Look {
  return { color, letter, fill: FILL, pattern: index % PATTERNS.length, dash: [] };
}

function letterFor({ label, key }: LabelClass, taken: ReadonlySet<string>): string {
  const own = [...(label + key).toUpperCase()].filter((letter) => /\p{L}|\p{N}/u.test(letter));
  const rest = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return [...own, ...rest].find((letter) => !taken.has(letter)) ?? own[0] ?? "?";
}

function keyOf(field: string, label: string): string {
  return `${field} ${label}`;
}
