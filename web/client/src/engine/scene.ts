/** The shapes on the image, in the order in which they were drawn; changed by commands only. */

import { type Rect, type Size, union } from "./geometry";
import type { Command } from "./history";
import { type Shape, type ShapeRecord, shapeBounds, shapeOf } from "./shapes";

export class Scene {
  readonly size: Size;
  #shapes: Shape[] = [];
  #named = 0;
  readonly #hidden = new Set<string>();

  constructor(size: Size) {
    this.size = size;
  }

  get shapes(): readonly Shape[] {
    return this.#shapes;
  }

  get visible(): Shape[] {
    return this.#hidden.size ? this.#shapes.filter((shape) => !this.#hidden.has(shape.id)) : this.#shapes;
  }

  find(id: string | null): Shape | undefined {
    return this.#shapes.find((shape) => shape.id === id);
  }

  ofField(field: string): Shape[] {
    return this.#shapes.filter((shape) => shape.field === field);
  }

  isHidden(id: string): boolean {
    return this.#hidden.has(id);
  }

  hide(id: string, hidden: boolean): void {
    if (hidden) this.#hidden.add(id);
    else this.#hidden.delete(id);
  }

  /** A name that no shape has had. */
  name = (): string => {
    this.#named++;
    return `s${this.#named}`;
  };

  /** Puts these in the place of all shapes of the field. */
  replace(field: string, shapes: readonly Shape[]): void {
    this.#shapes = [...this.#shapes.filter((shape) => shape.field !== field), ...shapes];
  }

  /** Puts these in the place of all; `named` is how many names were given before. Raises MalformedRuns, and changes nothing then. */
  restore(records: readonly ShapeRecord[], named: number): void {
    this.#shapes = records.map((record) => shapeOf(record, this.size));
    this.#named = named;
    this.#hidden.clear();
  }

  get named(): number {
    return this.#named;
  }

  /** Gives the part of the image to be drawn anew. */
  apply(command: Command): Rect | null {
    switch (command.kind) {
      case "add": {
        const shape = shapeOf(command.shape, this.size);
        this.#shapes = this.#shapes.toSpliced(command.at, 0, shape);
        return shapeBounds(shape);
      }
      case "remove": {
        const shape = this.find(command.shape.id);
        this.#shapes = this.#shapes.filter((each) => each !== shape);
        return shape ? shapeBounds(shape) : null;
      }
      case "change":
        return this.#put(command.after);
      case "relabel": {
        const shape = this.find(command.id);
        return shape ? this.#put({ ...shape, label: command.after }) : null;
      }
      case "paint":
        return this.#paint(command);
      case "several":
        return command.commands.reduce<Rect | null>((damage, each) => union(damage, this.apply(each)), null);
    }
  }

  #put(after: Shape): Rect | null {
    const before = this.find(after.id);
    this.#shapes = this.#shapes.map((shape) => (shape === before ? after : shape));
    return before ? union(shapeBounds(before), shapeBounds(after)) : null;
  }

  #paint({ id, flips }: Command & { kind: "paint" }): Rect | null {
    const shape = this.find(id);
    if (shape?.kind !== "mask") return null;
    let damage: Rect | null = null;
    for (const flip of flips) {
      shape.bitmap.flip(flip);
      damage = union(damage, shape.bitmap.tileRect(flip[0]));
    }
    return damage;
  }
}

/** The fields whose values a command changes. */
export function fieldsOf(command: Command, scene: Scene): string[] {
  switch (command.kind) {
    case "add":
    case "remove":
      return [command.shape.field];
    case "change":
      return [command.after.field];
    case "several":
      return [...new Set(command.commands.flatMap((each) => fieldsOf(each, scene)))];
    default: {
      const field = scene.find(command.id)?.field;
      return field === undefined ? [] : [field];
    }
  }
}
