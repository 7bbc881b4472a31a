/** The engine as people have it, worked by the events that a mouse sends. */

import { Engine } from "../src/engine";
import { COLORS, type Drawer, SIZE } from "./scene";

const CLASSES = COLORS.map((color, index) => ({ key: color, label: `${"ABCDEFG"[index]} class`, color }));
/** So far the wheel turns for a factor of e, CSS pixels. */
const WHEEL_PER_E = 625;

export function ours(host: HTMLElement): Drawer & { engine: Engine } {
  const engine = new Engine(host, { display: { patterns: false } });
  engine.setFields([
    { key: "outlines", kind: "polygon", label: "Outlines", classes: CLASSES },
    { key: "boxes", kind: "box", label: "Boxes", classes: CLASSES },
    { key: "masks", kind: "mask", label: "Masks", classes: CLASSES },
  ]);
  const send = (kind: string, button: number, clientX: number, clientY: number) =>
    host.dispatchEvent(
      new PointerEvent(`pointer${kind}`, { pointerId: 1, pointerType: "mouse", button, clientX, clientY, cancelable: true }),
    );
  return {
    engine,
    load: (image) => engine.load(image, SIZE),
    fill: (outlines) => engine.setValue("outlines", { polygons: outlines.map(({ color, points }) => ({ label: color, points })) }),
    zoom: (factor) => {
      const [clientX, clientY] = [host.clientWidth / 2, host.clientHeight / 2];
      host.dispatchEvent(new WheelEvent("wheel", { deltaY: -Math.log(factor) * WHEEL_PER_E, clientX, clientY, cancelable: true }));
    },
    pan: (kind, x, y) => send(kind, 1, x, y),
    box: (kind, x, y) => {
      if (kind === "down") engine.setTool("box");
      send(kind, 0, x, y);
      if (kind === "up") engine.undo();
    },
  };
}
