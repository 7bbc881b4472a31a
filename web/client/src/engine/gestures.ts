/** Pointers turned into what the hand means: draw, drag the image, zoom. */

import { distance, middle, type Point } from "./geometry";

/** A drag shorter than this was a tap, CSS pixels. */
const TAP = 4;
const TAP_BY_TOUCH = 10;
/** How far a notch of the wheel, or a pinch on a trackpad, zooms: the exponent for a CSS pixel. */
const WHEEL = 0.0016;
const PINCH = 0.01;
const LINE = 16;
const LONGEST_STEP = 240;

export interface Touch {
  readonly view: Point;
  readonly touch: boolean;
  readonly time: number;
}

export interface Hand {
  /** False where nothing is to be drawn here: the press drags the image. */
  press(touch: Touch): boolean;
  drag(touches: readonly Touch[]): void;
  release(touch: Touch): void;
  cancel(): void;
  tap(touch: Touch): void;
  hover(touch: Touch | null): void;
  pan(dx: number, dy: number): void;
  zoom(at: Point, factor: number): void;
  /** The image was let go. */
  rest(): void;
}

interface Finger {
  readonly type: string;
  view: Point;
}

type Mode =
  | { readonly kind: "idle" }
  | { readonly kind: "draw"; readonly pointer: number }
  | { readonly kind: "pan"; readonly pointer: number; moved: number }
  | { readonly kind: "pinch" };

const IDLE: Mode = { kind: "idle" };

export class Gestures {
  readonly #host: HTMLElement;
  readonly #hand: Hand;
  readonly #fingers = new Map<number, Finger>();
  readonly #listening = new AbortController();
  #mode: Mode = IDLE;
  /** Once a pen was seen fingers only move the image: a resting palm draws nothing. */
  #penSeen = false;
  /** Drags move the image, whatever the tool. */
  grab = false;

  constructor(host: HTMLElement, hand: Hand) {
    this.#host = host;
    this.#hand = hand;
    Object.assign(host.style, { touchAction: "none", userSelect: "none", webkitUserSelect: "none" });
    const options = { signal: this.#listening.signal };
    host.addEventListener("pointerdown", this.#down, options);
    host.addEventListener("pointermove", this.#move, options);
    host.addEventListener("pointerup", this.#up, options);
    host.addEventListener("pointercancel", this.#lost, options);
    host.addEventListener("lostpointercapture", this.#lost, options);
    host.addEventListener("pointerleave", this.#leave, options);
    host.addEventListener("wheel", this.#wheel, { ...options, passive: false });
    // Nothing is scrolled here, yet Chromium takes a quick stroke for a fling, and the next touch, of a button say, for the hand that stops it.
    host.addEventListener("touchstart", (event) => event.preventDefault(), { ...options, passive: false });
    // A long press, the middle button and Safari's own pinch are ours.
    for (const kind of ["contextmenu", "gesturestart", "auxclick"]) host.addEventListener(kind, (event) => event.preventDefault(), options);
  }

  get isDrawing(): boolean {
    return this.#mode.kind === "draw";
  }

  /** Drops what is being drawn; the finger that drew it is ignored until it leaves. */
  cancel(): void {
    if (this.#mode.kind !== "draw") return;
    this.#mode = IDLE;
    this.#hand.cancel();
  }

  destroy(): void {
    this.#listening.abort();
  }

  #down = (event: PointerEvent): void => {
    if (event.button === 2) return;
    // Keeps the browser from selecting text and dragging images; focus is given by hand instead.
    event.preventDefault();
    this.#host.focus({ preventScroll: true });
    const drawn = this.#mode.kind === "draw" ? this.#fingers.get(this.#mode.pointer) : undefined;
    const byTouch = event.pointerType === "touch";
    const isPen = event.pointerType === "pen";
    if (drawn && (drawn.type !== "touch" || !(byTouch || isPen))) return;
    if (isPen) this.#takePen();
    this.#capture(event.pointerId);
    this.#fingers.set(event.pointerId, { type: event.pointerType, view: this.#viewOf(event) });
    if (this.#fingers.size === 2) this.#beginPinch();
    else if (this.#fingers.size === 1) this.#beginOne(event, byTouch);
  };

  /** What fingers, or the palm, were at is over. */
  #takePen(): void {
    this.#penSeen = true;
    this.cancel();
    this.#fingers.clear();
  }

  #beginOne(event: PointerEvent, byTouch: boolean): void {
    const drags = event.button === 1 || this.grab || (byTouch && this.#penSeen);
    const draws = !drags && this.#hand.press(this.#touchOf(event));
    this.#mode = draws ? { kind: "draw", pointer: event.pointerId } : { kind: "pan", pointer: event.pointerId, moved: 0 };
  }

  #beginPinch(): void {
    const wasDrawing = this.#mode.kind === "draw";
    this.#mode = { kind: "pinch" };
    if (wasDrawing) this.#hand.cancel();
  }

  #move = (event: PointerEvent): void => {
    const finger = this.#fingers.get(event.pointerId);
    if (!finger) {
      if (event.pointerType !== "touch") this.#hand.hover(this.#touchOf(event));
      return;
    }
    const before = finger.view;
    const pinched = this.#mode.kind === "pinch" ? this.#pair() : null;
    finger.view = this.#viewOf(event);
    if (pinched) this.#pinch(pinched);
    else if (this.#mode.kind === "draw" && this.#mode.pointer === event.pointerId) this.#hand.drag(this.#coalesced(event));
    else if (this.#mode.kind === "pan" && this.#mode.pointer === event.pointerId) this.#pan(this.#mode, before, finger.view, event);
  };

  #pan(mode: Mode & { kind: "pan" }, from: Point, to: Point, event: PointerEvent): void {
    mode.moved += distance(from, to);
    this.#hand.pan(to.x - from.x, to.y - from.y);
    if (event.pointerType !== "touch") this.#hand.hover(this.#touchOf(event));
  }

  #pinch(before: readonly [Point, Point]): void {
    const after = this.#pair();
    if (!after) return;
    const [from, to] = [middle(...before), middle(...after)];
    this.#hand.pan(to.x - from.x, to.y - from.y);
    this.#hand.zoom(to, distance(...after) / Math.max(distance(...before), 1));
  }

  #pair(): [Point, Point] | null {
    const [one, other] = this.#fingers.values();
    return one && other ? [one.view, other.view] : null;
  }

  #up = (event: PointerEvent): void => {
    const mode = this.#mode;
    if (!this.#fingers.delete(event.pointerId)) return;
    if (mode.kind === "draw" && mode.pointer === event.pointerId) {
      this.#mode = IDLE;
      this.#hand.release(this.#touchOf(event));
    } else if (mode.kind === "pan" && mode.pointer === event.pointerId) {
      this.#mode = IDLE;
      const slack = event.pointerType === "touch" ? TAP_BY_TOUCH : TAP;
      if (mode.moved <= slack && event.button === 0 && !this.grab) this.#hand.tap(this.#touchOf(event));
      this.#hand.rest();
    } else this.#liftOne();
  };

  #lost = (event: PointerEvent): void => {
    if (!this.#fingers.delete(event.pointerId)) return;
    if (this.#mode.kind === "draw" && this.#mode.pointer === event.pointerId) this.cancel();
    else this.#liftOne();
  };

  /** Of two fingers one went: the other drags on, and never draws. */
  #liftOne(): void {
    const [left] = this.#fingers.keys();
    if (left === undefined) this.#mode = IDLE;
    else if (this.#mode.kind === "pinch" && this.#fingers.size === 1)
      this.#mode = { kind: "pan", pointer: left, moved: Number.POSITIVE_INFINITY };
    this.#hand.rest();
  }

  #leave = (event: PointerEvent): void => {
    if (!this.#fingers.has(event.pointerId)) this.#hand.hover(null);
  };

  #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const unit = event.deltaMode === 0 ? 1 : event.deltaMode === 1 ? LINE : LONGEST_STEP;
    const step = Math.max(-LONGEST_STEP, Math.min(event.deltaY * unit, LONGEST_STEP));
    // Browsers tell a trackpad's pinch as a wheel with Ctrl.
    this.#hand.zoom(this.#viewOf(event), Math.exp(-step * (event.ctrlKey ? PINCH : WHEEL)));
  };

  #capture(pointer: number): void {
    try {
      this.#host.setPointerCapture(pointer);
    } catch {
      // The pointer is gone already; its end was told before its begin.
    }
  }

  #viewOf(event: { clientX: number; clientY: number }): Point {
    const { left, top } = this.#host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #touchOf(event: PointerEvent): Touch {
    return { view: this.#viewOf(event), touch: event.pointerType === "touch", time: event.timeStamp };
  }

  /** Of the coalesced events only the place is taken: Safari leaves out the rest. */
  #coalesced(event: PointerEvent): Touch[] {
    const events = event.getCoalescedEvents?.() ?? [];
    const { left, top } = this.#host.getBoundingClientRect();
    const whole = this.#touchOf(event);
    const parts = events.map(({ clientX, clientY }) => ({ ...whole, view: { x: clientX - left, y: clientY - top } }));
    return parts.length ? parts : [whole];
  }
}
