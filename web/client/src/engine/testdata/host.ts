/** A host without a browser: it takes pointer events; its canvases take all calls and draw nothing. */

import { vi } from "vitest";

type Nothing = (...all: unknown[]) => unknown;

class Blank {
  constructor() {
    // biome-ignore lint/correctness/noConstructorReturn: whatever is called or read is there and does nothing.
    return new Proxy(this, { get: (_, name) => (name === Symbol.toPrimitive ? () => 0 : nothing) });
  }
}

const nothing: Nothing = () => new Blank();

class Canvas {
  width = 300;
  height = 150;
  readonly style = {};
  setAttribute(): void {}
  remove(): void {}
  getContext(): unknown {
    const context: Record<string, unknown> = { canvas: this };
    return new Proxy(context, { get: (known, name) => known[name as string] ?? nothing });
  }
}

class Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  constructor(width: number, height: number) {
    this.width = width;
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

const frames: (() => void)[] = [];

/** Puts in place what the engine asks of a browser. */
export function withoutBrowser(): void {
  vi.stubGlobal("document", { createElement: () => new Canvas() });
  vi.stubGlobal("Path2D", Blank);
  vi.stubGlobal("DOMMatrix", Blank);
  vi.stubGlobal("ImageData", Pixels);
  vi.stubGlobal("ResizeObserver", Blank);
  vi.stubGlobal("devicePixelRatio", 1);
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", () => {});
}

/** Lets all frames that were asked for happen. */
export function paint(): void {
  for (const frame of frames.splice(0)) frame();
}

export class Host extends EventTarget {
  readonly style: Record<string, string> = {};
  readonly clientWidth: number;
  readonly clientHeight: number;

  constructor(width: number, height: number) {
    super();
    this.clientWidth = width;
    this.clientHeight = height;
  }

  append(): void {}
  focus(): void {}
  setPointerCapture(): void {}

  getBoundingClientRect(): { left: number; top: number } {
    return { left: 0, top: 0 };
  }

  /** Sends an event as a browser would; `parts` are the coalesced places of a move. */
  send(
    type: string,
    at: readonly [number, number],
    more: Record<string, unknown> = {},
    parts: readonly (readonly [number, number])[] = [],
  ): void {
    const event = new Event(type, { cancelable: true });
    const coalesced = parts.map(([clientX, clientY]) => ({ clientX, clientY }));
    const told = {
      pointerId: 1,
      pointerType: "mouse",
      button: 0,
      clientX: at[0],
      clientY: at[1],
      getCoalescedEvents: () => coalesced,
      ...more,
    };
    for (const [name, value] of Object.entries(told)) Object.defineProperty(event, name, { value });
    this.dispatchEvent(event);
  }

  drag(from: readonly [number, number], to: readonly [number, number], more: Record<string, unknown> = {}): void {
    this.send("pointerdown", from, more);
    this.send("pointermove", to, more);
    this.send("pointerup", to, more);
  }

  click(at: readonly [number, number], more: Record<string, unknown> = {}): void {
    this.drag(at, at, more);
  }
}
