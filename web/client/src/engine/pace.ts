/** How much to paint in a frame: what this device has shown to bear. */

import { clamp } from "./geometry";

/** Costs are in corners of an outline, as the painter tells them. Slow devices without a graphics processor bear the least. */
const LEAST = 600;
const MOST = 200_000;
/** Of a frame's 16.7 ms so much is for painting: without a graphics processor the browser needs the rest to lay the canvases together. */
const PAINTING_MS = 5;
/** One frame alone says little: another program may have had the processor. */
const MOST_CHANGE = 1.5;

export class Pace {
  /** What a frame may cost. */
  cost = 1_500;
  readonly #channel = new MessageChannel();
  #began = 0;

  constructor() {
    // A message that was sent in a frame is heard when the browser is through with the frame.
    this.#channel.port1.onmessage = () => {
      const share = PAINTING_MS / (performance.now() - this.#began);
      this.cost = clamp(this.cost * clamp(share, 1 / MOST_CHANGE, MOST_CHANGE), LEAST, MOST);
    };
  }

  /** A frame that was given the whole cost began then. */
  watch(began: number): void {
    this.#began = began;
    this.#channel.port2.postMessage(null);
  }

  stop(): void {
    this.#channel.port1.close();
  }
}
