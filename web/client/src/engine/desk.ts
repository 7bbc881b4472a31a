/** What the tools work on: the shapes, what is chosen, what was done. */

import type { Listeners, RefusalReason } from "./events";
import type { Point, Rect, Size } from "./geometry";
import { type Command, History } from "./history";
import { type Look, Looks } from "./look";
import { Overlays } from "./overlays";
import type { Layer } from "./painter";
import { fieldsOf, Scene } from "./scene";
import { recordOf, type Shape, type ShapeField, shapeBounds } from "./shapes";
import type { Viewport } from "./viewport";

/** What the server takes in one answer. */
const MAX_SHAPES = 1_000;
const MAX_CORNERS_AN_ANSWER = 25_000;
const OWN = "own";

/** Where a new shape goes. */
export interface Target {
  readonly field: ShapeField;
  readonly label: string;
}

/** What has to be painted anew. */
export interface Canvas {
  /** The shapes within a rectangle of the image. */
  damage(rect: Rect | null): void;
  damageAll(): void;
  /** What is in hand. */
  redraw(): void;
}

export class Desk {
  readonly viewport: Viewport;
  readonly readOnly: boolean;
  readonly history = new History();
  readonly overlays = new Overlays();
  scene = new Scene({ width: 1, height: 1 });
  /** The diameter in pixels of the image. */
  brush = 24;
  field: ShapeField | null = null;
  readonly #canvas: Canvas;
  readonly #listeners: Listeners;
  readonly #labels = new Map<string, string>();
  #fields: readonly ShapeField[] = [];
  #looks = new Looks([]);
  #selected: string | null = null;
  #lifted: string | null = null;

  constructor(viewport: Viewport, canvas: Canvas, listeners: Listeners, readOnly: boolean) {
    this.viewport = viewport;
    this.#canvas = canvas;
    this.#listeners = listeners;
    this.readOnly = readOnly;
  }

  /** An image with nothing on it. */
  clear(size: Size): void {
    this.scene = new Scene(size);
    this.history.restore([], []);
    this.overlays.clear();
    this.#lifted = null;
    this.select(null);
  }

  get fields(): readonly ShapeField[] {
    return this.#fields;
  }

  set fields(fields: readonly ShapeField[]) {
    this.#fields = fields;
    this.#looks = new Looks(fields);
    this.#labels.clear();
    this.field = fields[0] ?? null;
    this.layOut();
  }

  /** Raises RangeError for a key that the form does not have. */
  fieldOf(key: string): ShapeField {
    const field = this.#fields.find((each) => each.key === key);
    if (!field) throw new RangeError(`The form has no field “${key}” that is drawn.`);
    return field;
  }

  /** Null where nothing can be drawn. */
  get target(): Target | null {
    const field = this.field;
    const label = field && (this.#labels.get(field.key) ?? field.classes[0]?.key);
    return field && label && !this.readOnly ? { field, label } : null;
  }

  /** The label that the chosen field's next shapes get. */
  set label(label: string) {
    if (this.field) this.#labels.set(this.field.key, label);
  }

  get selected(): Shape | undefined {
    return this.scene.find(this.#selected);
  }

  select(id: string | null): void {
    const known = this.scene.find(id) ? id : null;
    if (known === this.#selected) return;
    this.#selected = known;
    this.#listeners.tell("selection", { id: known });
    this.#canvas.redraw();
  }

  /** Leaves the shape out of what is settled: the tool draws it meanwhile. */
  lift(id: string | null): void {
    if (id === this.#lifted) return;
    for (const each of [this.#lifted, id]) this.#canvas.damage(liftedArea(this.scene.find(each)));
    this.#lifted = id;
  }

  look(named: { readonly field: string; readonly label: string }): Look {
    return this.#looks.of(named);
  }

  /** All that is painted, from below. */
  get layers(): Map<string, Layer> {
    const own: Layer = { shapes: this.scene.visible, look: (shape) => this.#looks.of(shape), lifted: this.#lifted };
    return new Map([[OWN, own], ...this.overlays.layers]);
  }

  /** Makes the overlays' shapes anew. */
  layOut(): void {
    this.overlays.layOut(this.#looks, this.scene.size);
    this.#canvas.damageAll();
  }

  /** Adds a new shape and selects it; refuses it where there are too many. */
  add(shape: Shape): boolean {
    const shapes = this.scene.ofField(shape.field);
    const at = shape.kind === "polygon" ? (shape.points[0] as Point) : { x: 0, y: 0 };
    if (shapes.length >= MAX_SHAPES) return this.refuse("many-shapes", at);
    if (cornersIn([...shapes, shape]) > MAX_CORNERS_AN_ANSWER) return this.refuse("many-corners-in-all", at);
    this.run({ kind: "add", at: this.scene.shapes.length, shape: recordOf(shape) });
    this.select(shape.id);
    return true;
  }

  /** Does it and remembers it. */
  run(command: Command): void {
    const fields = fieldsOf(command, this.scene);
    this.apply(command);
    this.history.record(command);
    this.changed(fields);
  }

  /** Does it only. */
  apply(command: Command): void {
    this.#canvas.damage(this.scene.apply(command));
  }

  /** Remembers what was done already. */
  record(command: Command): void {
    this.history.record(command);
    this.changed(fieldsOf(command, this.scene));
  }

  /** Takes back, or does again; false for null. The tool and the label stay. */
  replay(command: Command | null): boolean {
    if (!command) return false;
    const fields = fieldsOf(command, this.scene);
    this.apply(command);
    this.changed([...new Set([...fields, ...fieldsOf(command, this.scene)])]);
    return true;
  }

  changed(fields: readonly string[]): void {
    if (!this.selected) this.select(null);
    this.#listeners.tell("change", { fields });
    this.#canvas.redraw();
  }

  damage(rect: Rect): void {
    this.#canvas.damage(rect);
  }

  refuse(reason: RefusalReason, at: Point): false {
    this.#listeners.tell("refusal", { reason, field: this.field?.key ?? null, at });
    return false;
  }
}

/** Of a mask in hand only the letter is left out, at its corner. */
function liftedArea(shape: Shape | undefined): Rect | null {
  if (!shape) return null;
  const bounds = shapeBounds(shape);
  return shape.kind === "mask" ? { ...bounds, width: 0, height: 0 } : bounds;
}

function cornersIn(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, shape) => sum + (shape.kind === "polygon" ? shape.points.length : 0), 0);
}
