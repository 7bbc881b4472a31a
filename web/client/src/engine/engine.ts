/** Drawing on an image: boxes, outlines and masks, by mouse, pen, finger and keys. */

import { ACTS } from "./acts";
import { Desk } from "./desk";
import { BESIDE, centred, copied, nudged, resized } from "./edits";
import { type EngineEvents, Listeners } from "./events";
import { clamp, cornersOf, intersection, type Point, type Rect, type Size } from "./geometry";
import { InHand } from "./inhand";
import { type Action, stepOf } from "./keys";
import { type Log, logOf, restore } from "./log";
import type { OverlayStyle } from "./look";
import { faultIn } from "./outline";
import type { OverlayAnswer } from "./overlays";
import {
  type AnswerValueInput,
  answerOf,
  isBlank,
  type Outlined,
  recordOf,
  type Shape,
  type ShapeField,
  type ShapeKind,
  type ShapesValue,
  shapeBounds,
  shapesOf,
} from "./shapes";
import { type Display, Surface } from "./surface";
import type { Draft } from "./tools/polygon";
import type { ToolName } from "./tools/tool";
import { Viewport } from "./viewport";

/** Diameters of the brush, pixels of the image. */
const MIN_BRUSH = 1;
const MAX_BRUSH = 1_000;
/** Around a shape that is zoomed to, CSS pixels. */
const ROOM = 64;

const KIND_OF: Readonly<Record<Exclude<ToolName, "select">, ShapeKind>> = { box: "box", polygon: "polygon", brush: "mask", eraser: "mask" };
const TOOL_OF: Readonly<Record<ShapeKind, ToolName>> = { box: "box", polygon: "polygon", mask: "brush" };

export interface EngineOptions {
  /** Looks, zooms and selects only. */
  readonly readOnly?: boolean;
  readonly display?: Partial<Display>;
  /** CSS pixels at the bottom that a fitted image leaves free, for tools that float there. */
  readonly foot?: number;
}

/** A shape as a list beside the canvas has it. */
export interface ShapeSummary {
  readonly id: string;
  readonly field: string;
  readonly kind: ShapeKind;
  readonly label: string;
  readonly bounds: Rect;
  /** How many corners; 0 for boxes and masks. */
  readonly corners: number;
  readonly hidden: boolean;
}

export class Engine {
  readonly #host: HTMLElement;
  readonly #viewport = new Viewport();
  readonly #listeners = new Listeners();
  readonly #surface: Surface;
  readonly #desk: Desk;
  readonly #inHand: InHand;
  readonly #resizing: ResizeObserver;
  #source: CanvasImageSource | null = null;
  #summaries: readonly ShapeSummary[] | null = null;

  /** Fills `host`, which needs a size and a position; give it a tabindex so that it can take the keys. */
  constructor(host: HTMLElement, { readOnly = false, display = {}, foot = 0 }: EngineOptions = {}) {
    this.#host = host;
    this.#viewport.foot = foot;
    this.#surface = new Surface(host, this.#viewport, {
      source: () => this.#source,
      layers: () => this.#desk.layers,
      draw: (pen) => this.#inHand.draw(pen),
      painted: () => this.#inHand.magnify(),
    });
    this.#desk = new Desk(this.#viewport, this.#surface, this.#listeners, readOnly);
    this.#inHand = new InHand(host, this.#desk, this.#surface, this.#listeners);
    this.#listeners.on("change", () => {
      this.#summaries = null;
    });
    this.#resizing = new ResizeObserver(() => this.#resize());
    this.#resizing.observe(host);
    this.#resize();
    this.setDisplay(display);
  }

  /** Shows another image, with nothing on it. `size` is that of the image as uploaded, which the shapes are told in. */
  load(image: CanvasImageSource, size: Size): void {
    this.#inHand.cancel();
    this.#source = image;
    this.#desk.clear(size);
    this.#inHand.draft = null;
    this.#viewport.image = size;
    this.#surface.reset();
    this.fit();
    this.#desk.changed(this.#desk.fields.map(({ key }) => key));
  }

  /** The form's fields that are drawn. The first one is chosen, with its first label and the tool for it. */
  setFields(fields: readonly ShapeField[]): void {
    this.#desk.fields = fields;
    const [first] = fields;
    this.setTool(first && !this.#desk.readOnly ? TOOL_OF[first.kind] : "select");
  }

  /** The answer to a field as the API takes it. */
  value(field: string): AnswerValueInput {
    const { scene } = this.#desk;
    return answerOf(this.#desk.fieldOf(field), scene.ofField(field), scene.size);
  }

  /** Puts an answer in the place of a field's shapes. What was done before cannot be undone any more. Raises MalformedRuns. */
  setValue(field: string, value: ShapesValue): void {
    this.#inHand.cancel();
    const { scene, history } = this.#desk;
    scene.replace(field, shapesOf(field, value, scene.size, scene.name));
    history.restore([], []);
    this.#surface.damageAll();
    this.#desk.changed([field]);
  }

  /** The shapes in the order in which they were drawn; the same array until they change. */
  shapes(): readonly ShapeSummary[] {
    const { scene } = this.#desk;
    this.#summaries ??= scene.shapes.filter((shape) => !isBlank(shape)).map((shape) => summaryOf(shape, scene.isHidden(shape.id)));
    return this.#summaries;
  }

  /** Gives what stops the listening. */
  on<K extends keyof EngineEvents>(kind: K, listener: (event: EngineEvents[K]) => void): () => void {
    return this.#listeners.on(kind, listener);
  }

  get tool(): ToolName {
    return this.#inHand.tool;
  }

  get field(): string | null {
    return this.#desk.field?.key ?? null;
  }

  get label(): string | null {
    return this.#desk.target?.label ?? null;
  }

  get brush(): number {
    return this.#desk.brush;
  }

  /** Takes up a tool, and a field that it draws for; false where the form has none. An outline in hand waits for its tool to come back. */
  setTool(tool: ToolName): boolean {
    if (tool !== "select") {
      const { field, fields, readOnly } = this.#desk;
      const kind = KIND_OF[tool];
      const fitting = field?.kind === kind ? field : fields.find((each) => each.kind === kind);
      if (!fitting || readOnly) return false;
      this.#desk.field = fitting;
    }
    this.#inHand.take(tool);
    this.#chosen();
    return true;
  }

  /** Chooses a field, and a tool that draws for it; the select tool stays. Raises RangeError. */
  setField(key: string): void {
    const field = this.#desk.fieldOf(key);
    this.#desk.field = field;
    if (this.tool === "select" || KIND_OF[this.tool] === field.kind) this.#chosen();
    else this.setTool(TOOL_OF[field.kind]);
  }

  /** The label of what is drawn next in the chosen field; it stays until another is chosen. False where the field has no such label. */
  setLabel(label: string): boolean {
    const { field } = this.#desk;
    if (!field?.classes.some(({ key }) => key === label)) return false;
    this.#desk.label = label;
    this.#inHand.relabelDraft(field.key, label);
    this.#chosen();
    return true;
  }

  /** In pixels of the image. */
  setBrush(diameter: number): void {
    this.#desk.brush = clamp(Math.round(diameter), MIN_BRUSH, MAX_BRUSH);
    this.#chosen();
  }

  /** The next stroke begins a mask of its own: another thing of the same label. */
  startMask(): void {
    this.#inHand.startMask();
  }

  get selection(): string | null {
    return this.#desk.selected?.id ?? null;
  }

  select(id: string | null): void {
    this.#desk.select(id);
  }

  /** Goes through the shapes, round and round, and shows the one it comes to. */
  selectNext(step: 1 | -1 = 1): boolean {
    const shapes = this.#desk.scene.visible.filter((shape) => !isBlank(shape));
    const at = shapes.findIndex(({ id }) => id === this.selection);
    const next = shapes.at(at < 0 ? Math.min(step, 0) : (at + step) % shapes.length);
    if (!next) return false;
    this.select(next.id);
    if (!intersection(shapeBounds(next), this.#viewport.seen)) this.zoomTo(next.id);
    return true;
  }

  /** Moves the selection by pixels of the image, or its far corner only. Masks stay. */
  nudge(step: Point, resizes = false): boolean {
    const before = this.#editable();
    const { size } = this.#desk.scene;
    if (!before) return false;
    const after = resizes ? resized(before, step, size) : nudged(before, step, size);
    if (after.kind === "polygon" && faultIn(after.points, size)) return false;
    this.#desk.run({ kind: "change", before, after, nudge: true });
    return true;
  }

  remove(id = this.selection): boolean {
    const { scene, readOnly } = this.#desk;
    const shape = scene.find(id);
    if (!shape || readOnly) return false;
    this.#inHand.cancel();
    this.#desk.run({ kind: "remove", at: scene.shapes.indexOf(shape), shape: recordOf(shape) });
    return true;
  }

  /** Masks are not doubled: two on the same pixels are never meant. */
  duplicate(): boolean {
    const shape = this.#editable();
    const { scene } = this.#desk;
    return shape !== null && this.#desk.add(copied(shape, scene.name(), BESIDE / this.zoom, scene.size));
  }

  /** False where the shape's field has no such label. */
  relabel(label: string, id = this.selection): boolean {
    const { scene, readOnly } = this.#desk;
    const shape = scene.find(id);
    if (!shape || readOnly || !this.#desk.fieldOf(shape.field).classes.some(({ key }) => key === label)) return false;
    if (shape.label !== label) this.#desk.run({ kind: "relabel", id: shape.id, before: shape.label, after: label });
    return true;
  }

  /** Puts a box, or an outline of four corners, into the middle of the view: drawing for those who use keys alone. */
  place(): boolean {
    const { target, scene } = this.#desk;
    if (!target || target.field.kind === "mask") return false;
    const rect = centred(this.#viewport.seen, scene.size);
    const named = { id: scene.name(), field: target.field.key, label: target.label };
    const isBox = target.field.kind === "box";
    return this.#desk.add(isBox ? { ...named, kind: "box", ...rect } : { ...named, kind: "polygon", points: cornersOf(rect) });
  }

  /** Hides one shape; it stays in the answer. */
  hide(id: string, hidden: boolean): void {
    this.#desk.scene.hide(id, hidden);
    this.#surface.damageAll();
    this.#desk.changed([]);
  }

  get canUndo(): boolean {
    return this.#desk.history.done.length > 0 || this.#inHand.canUndo;
  }

  get canRedo(): boolean {
    return this.#desk.history.undone.length > 0 || this.#inHand.canRedo;
  }

  /** An outline in hand loses its last corner first. Never changes the tool or the label. */
  undo(): boolean {
    if (this.#inHand.isDrawing) {
      this.#inHand.cancel();
      return true;
    }
    return this.#inHand.undo() || this.#desk.replay(this.#desk.history.undo());
  }

  redo(): boolean {
    if (this.#inHand.isDrawing) return false;
    return this.#inHand.redo() || this.#desk.replay(this.#desk.history.redo());
  }

  /** Closes the outline in hand; false, with a refusal, where it cannot be. */
  finish(): boolean {
    return this.#inHand.finish();
  }

  /** Takes back the last corner, or the one that was touched last. */
  back(): boolean {
    return this.#inHand.back();
  }

  /** Drops what is in hand, or else the selection. */
  escape(): boolean {
    if (this.#inHand.escape()) return true;
    const had = this.selection !== null;
    this.select(null);
    return had;
  }

  /** Whether an outline waits to be closed: it is not part of any value yet. */
  get draft(): Draft | null {
    return this.#inHand.draft;
  }

  /** All that is needed to go on after a reload, as plain JSON. */
  exportLog(): Log {
    return logOf(this.#desk.scene, this.#desk.history, this.draft);
  }

  /** False, and nothing changed, for a log of another image or version. */
  importLog(log: Log): boolean {
    this.#inHand.cancel();
    const { scene, history, fields } = this.#desk;
    if (!restore(log, scene, history)) return false;
    this.#inHand.draft = log.draft;
    this.#surface.damageAll();
    this.#desk.changed(fields.map(({ key }) => key));
    return true;
  }

  /** Does what a key stands for; false where there is nothing to do. */
  perform(action: Action): boolean {
    const step = stepOf(action);
    if (step) return this.nudge(step, step.resizes);
    if (action.startsWith("label-")) return this.#chooseLabel(Number(action.slice("label-".length)) - 1);
    const act = ACTS[action];
    return act !== undefined && act(this) !== false;
  }

  /** CSS pixels a pixel of the image. */
  get zoom(): number {
    return this.#viewport.scale;
  }

  get display(): Display {
    return this.#surface.display;
  }

  setDisplay(display: Partial<Display>): void {
    this.#surface.display = { ...this.display, ...display };
  }

  fit(): void {
    this.#viewport.fit();
    this.#jumped();
  }

  zoomBy(factor: number): void {
    const { width, height } = this.#viewport.size;
    this.#viewport.zoomAt({ x: width / 2, y: height / 2 }, factor);
    this.#jumped();
  }

  /** Shows a shape, or a rectangle of the image, with some room around it. */
  zoomTo(what: string | Rect): void {
    const shape = typeof what === "string" ? this.#desk.scene.find(what) : undefined;
    const rect = typeof what === "string" ? shape && shapeBounds(shape) : what;
    if (!rect) return;
    this.#viewport.frame(rect, ROOM);
    this.#jumped();
  }

  /** While on, drags move the image whatever the tool: for Space held down. */
  setGrab(on: boolean): void {
    this.#inHand.grab = on;
  }

  /** Draws answers over the image, not to be touched; null takes them away. Another image takes all away. */
  setOverlay(id: string, answers: readonly OverlayAnswer[] | null, style: OverlayStyle = {}): void {
    const layer = `overlay ${id}`;
    this.#surface.drop(layer);
    this.#desk.overlays.set(layer, answers && { answers, style });
    this.#desk.layOut();
  }

  destroy(): void {
    this.#listeners.clear();
    this.#resizing.disconnect();
    this.#inHand.destroy();
    this.#surface.destroy();
  }

  #chooseLabel(index: number): boolean {
    const selected = this.tool === "select" ? this.#desk.selected : undefined;
    const field = selected ? this.#desk.fieldOf(selected.field) : this.#desk.field;
    const label = field?.classes[index]?.key;
    if (label === undefined) return false;
    return selected ? this.relabel(label) : this.setLabel(label);
  }

  #editable(): Outlined | null {
    const { selected, readOnly, scene } = this.#desk;
    if (!selected || selected.kind === "mask" || readOnly || scene.isHidden(selected.id)) return null;
    this.#inHand.cancel();
    return selected;
  }

  /** The tool, its field or its label is another one. */
  #chosen(): void {
    const { tool, field, label, brush } = this;
    this.#listeners.tell("tool", { tool, field, label, brush });
    this.#inHand.point();
    this.#surface.redraw();
  }

  #jumped(): void {
    this.#listeners.tell("zoom", { scale: this.zoom });
    this.#surface.rest();
  }

  #resize(): void {
    this.#viewport.resize({ width: this.#host.clientWidth, height: this.#host.clientHeight });
    this.#jumped();
  }
}

function summaryOf(shape: Shape, hidden: boolean): ShapeSummary {
  const { id, field, kind, label } = shape;
  const { x, y, width, height } = shapeBounds(shape);
  return { id, field, kind, label, bounds: { x, y, width, height }, corners: shape.kind === "polygon" ? shape.points.length : 0, hidden };
}
