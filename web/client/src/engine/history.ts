/** What was done to the shapes, as commands that can be turned around, told as plain JSON. */

import type { TileFlip } from "./bitmap";
import type { Outlined, ShapeRecord } from "./shapes";

export type Command =
  | { readonly kind: "add"; readonly at: number; readonly shape: ShapeRecord }
  | { readonly kind: "remove"; readonly at: number; readonly shape: ShapeRecord }
  | { readonly kind: "change"; readonly before: Outlined; readonly after: Outlined; readonly nudge?: boolean }
  | { readonly kind: "relabel"; readonly id: string; readonly before: string; readonly after: string }
  | { readonly kind: "paint"; readonly id: string; readonly flips: readonly TileFlip[] }
  | { readonly kind: "several"; readonly commands: readonly Command[] };

/** More than a sitting over one image ever takes; keeps what a draft stores bounded. */
const KEPT = 1_000;

export function inverse(command: Command): Command {
  switch (command.kind) {
    case "add":
      return { ...command, kind: "remove" };
    case "remove":
      return { ...command, kind: "add" };
    case "change":
    case "relabel":
      return { ...command, before: command.after, after: command.before } as Command;
    case "paint":
      return command;
    case "several":
      return { kind: "several", commands: command.commands.map(inverse).reverse() };
  }
}

export class History {
  #done: Command[] = [];
  #undone: Command[] = [];

  get done(): readonly Command[] {
    return this.#done;
  }

  get undone(): readonly Command[] {
    return this.#undone;
  }

  /** Nudges of one shape in a row are one step back. */
  record(command: Command): void {
    const last = this.#done.at(-1);
    this.#undone = [];
    if (last?.kind === "change" && command.kind === "change" && last.nudge && command.nudge && last.after.id === command.after.id) {
      this.#done[this.#done.length - 1] = { ...command, before: last.before };
      return;
    }
    this.#done.push(command);
    if (this.#done.length > KEPT) this.#done.shift();
  }

  /** The command that takes the last one back, or null. */
  undo(): Command | null {
    const command = this.#done.pop();
    if (!command) return null;
    this.#undone.push(command);
    return inverse(command);
  }

  redo(): Command | null {
    const command = this.#undone.pop();
    if (!command) return null;
    this.#done.push(command);
    return command;
  }

  restore(done: readonly Command[], undone: readonly Command[]): void {
    this.#done = [...done];
    this.#undone = [...undone];
  }
}
