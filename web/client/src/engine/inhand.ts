/** The tool in hand: what pointers and keys do with it, and what is seen of it before a shape is settled. */

import type { Desk } from "./desk";
import type { Listeners } from "./events";
import type { Point } from "./geometry";
import { Gestures, type Hand, type Touch } from "./gestures";
import type { Pen } from "./pen";
import type { Surface } from "./surface";
import { BoxTool } from "./tools/box";
import { BrushTool } from "./tools/brush";
import { type Draft, PolygonTool } from "./tools/polygon";
import { SelectTool } from "./tools/select";
import type { Press, Tool, ToolName } from "./tools/tool";

export class InHand {
  readonly #host: HTMLElement;
  readonly #desk: Desk;
  readonly #surface: Surface;
  readonly #listeners: Listeners;
  readonly #polygon: PolygonTool;
  readonly #painting: BrushTool;
  readonly #selecting: SelectTool;
  readonly #tools: Readonly<Record<ToolName, Tool>>;
  readonly #gestures: Gestures;
  #tool: ToolName = "select";
  #knownDraft: Draft | null = null;
  /** Where a finger draws, CSS pixels. */
  #finger: Point | null = null;
  #isMagnified = false;

  constructor(host: HTMLElement, desk: Desk, surface: Surface, listeners: Listeners) {
    this.#host = host;
    this.#desk = desk;
    this.#surface = surface;
    this.#listeners = listeners;
    this.#selecting = new SelectTool(desk);
    this.#polygon = new PolygonTool(desk);
    this.#painting = new BrushTool(desk, 1);
    this.#tools = {
      select: this.#selecting,
      box: new BoxTool(desk),
      polygon: this.#polygon,
      brush: this.#painting,
      eraser: new BrushTool(desk, 0),
    };
    this.#gestures = new Gestures(host, this.#hand());
  }

  get tool(): ToolName {
    return this.#tool;
  }

  take(tool: ToolName): void {
    this.cancel();
    this.#now.hover(null);
    this.#tool = tool;
  }

  /** Whether a pointer is down and draws. */
  get isDrawing(): boolean {
    return this.#gestures.isDrawing;
  }

  /** Drops what the pointer that is down has begun. */
  cancel(): void {
    this.#gestures.cancel();
  }

  /** While on, drags move the image whatever the tool. */
  set grab(on: boolean) {
    this.#gestures.grab = on;
    this.point();
  }

  /** The outline that waits to be closed. */
  get draft(): Draft | null {
    return this.#polygon.draft;
  }

  set draft(draft: Draft | null) {
    this.#polygon.draft = this.#knownDraft = draft;
  }

  relabelDraft(field: string, label: string): void {
    this.#polygon.relabel(field, label);
  }

  startMask(): void {
    this.#painting.startNew();
  }

  get canUndo(): boolean {
    return this.#tool === "polygon" && this.draft !== null;
  }

  get canRedo(): boolean {
    return this.#tool === "polygon" && this.#polygon.canRedo;
  }

  undo(): boolean {
    return this.#did(this.#now.undo?.());
  }

  redo(): boolean {
    return this.#did(this.#now.redo?.());
  }

  finish(): boolean {
    return this.#did(this.#now.finish?.());
  }

  back(): boolean {
    return this.#did(this.#now.back?.());
  }

  escape(): boolean {
    return this.#did(this.#now.escape?.());
  }

  draw(pen: Pen): void {
    if (this.#surface.display.hidden && this.#tool === "select") return;
    // An outline in hand waits in sight, whatever the tool.
    if (this.#tool !== "polygon" && this.draft) this.#polygon.draw(pen);
    if (this.#tool === "select") this.#selecting.draw(pen);
    else if (!this.isDrawing) this.#selecting.outline(pen);
    if (this.#tool !== "select") this.#now.draw(pen);
  }

  /** Shows what is beneath the finger that draws. */
  magnify(): void {
    if (!this.#finger && !this.#isMagnified) return;
    this.#isMagnified = this.#finger !== null;
    this.#listeners.tell("magnify", this.#finger && this.#surface.magnified(this.#finger));
  }

  /** Shows by the cursor what a press would do. */
  point(): void {
    const drawing = this.#tool === "brush" || this.#tool === "eraser" ? "none" : "crosshair";
    this.#host.style.cursor = this.#gestures.grab ? "grab" : this.#tool === "select" ? this.#selecting.cursor : drawing;
  }

  destroy(): void {
    this.#gestures.destroy();
  }

  get #now(): Tool {
    return this.#tools[this.#tool];
  }

  /** After anything that a tool did: what it draws is other, and perhaps the outline in hand. */
  #did(done: boolean | undefined): boolean {
    this.#surface.redraw();
    const { draft } = this;
    if (draft !== this.#knownDraft) {
      this.#knownDraft = draft;
      this.#listeners.tell("change", { fields: [] });
    }
    return done ?? false;
  }

  #hand(): Hand {
    const { viewport } = this.#desk;
    const pressOf = ({ view, touch, time }: Touch): Press => ({ at: viewport.toImage(view), touch, time });
    return {
      press: (touch) => {
        this.#finger = touch.touch ? touch.view : null;
        const draws = this.#now.press(pressOf(touch));
        if (!draws) this.#finger = null;
        return this.#did(draws);
      },
      drag: (touches) => {
        const last = touches.at(-1);
        this.#finger = last?.touch ? last.view : null;
        this.#now.drag(touches.map(pressOf));
        this.#did(true);
      },
      release: (touch) => {
        this.#finger = null;
        this.#now.release(pressOf(touch));
        this.#did(true);
      },
      cancel: () => {
        this.#finger = null;
        this.#now.cancel();
        this.#did(true);
      },
      tap: (touch) => this.#now.tap?.(pressOf(touch)),
      hover: (touch) => {
        this.#now.hover(touch && pressOf(touch));
        this.point();
        this.#surface.redraw();
      },
      pan: (dx, dy) => {
        viewport.pan(dx, dy);
        this.#surface.move();
      },
      zoom: (at, factor) => {
        viewport.zoomAt(at, factor);
        this.#listeners.tell("zoom", { scale: viewport.scale });
        this.#surface.move();
      },
      rest: () => this.#surface.rest(),
    };
  }
}
