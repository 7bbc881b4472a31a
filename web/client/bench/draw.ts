/** The page that draw.py drives: the engine over a photograph's worth of noise, and a watch on its frames. */

import { Engine } from "../src/engine";

const SIZE = { width: 1920, height: 1280 };
const CORNERS = 24;
const COLORS = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00"];
const CLASSES = COLORS.map((color, index) => ({ key: `c${index}`, label: `${"ABCDEFG"[index]} class`, color }));

export interface Figures {
  /** Milliseconds from frame to frame. */
  readonly p50: number;
  readonly p95: number;
}

/** The same shapes at every run. */
let state = 42;

const host = document.querySelector<HTMLElement>("#host") as HTMLElement;
const engine = new Engine(host, { display: { patterns: false } });
engine.setFields([
  { key: "outlines", kind: "polygon", label: "Outlines", classes: CLASSES },
  { key: "boxes", kind: "box", label: "Boxes", classes: CLASSES },
  { key: "masks", kind: "mask", label: "Masks", classes: CLASSES },
]);
const ready = createImageBitmap(noise()).then((image) => engine.load(image, SIZE));

const measures = {
  /** Zooming, in and out and again: everything is painted anew all the time. */
  zoom: () => frames(90, (at) => engine.zoomBy(at % 10 < 5 ? 1.1 : 1 / 1.1)),
  /** The image is dragged. */
  pan: () => dragged({ button: 1 }, 90),
  /** A box is drawn over what is there. */
  box: () => {
    engine.setTool("box");
    return dragged({ button: 0 }, 90);
  },
  /** A stroke of the brush, which paints what is beneath it anew. */
  brush: () => {
    engine.setTool("brush");
    return dragged({ button: 0 }, 90);
  },
  /** A shape of two thousand is moved. */
  move: async () => {
    engine.setTool("select");
    const { id } = engine.shapes()[0] as { id: string };
    engine.select(id);
    return await frames(90, (at) => engine.nudge({ x: at % 2 ? 3 : -3, y: 0 }));
  },
};

const delays: number[] = [];
host.addEventListener("pointermove", ({ timeStamp }) => {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    // A message is heard after the frame was handed on for painting.
    channel.port1.onmessage = () => delays.push(performance.now() - timeStamp);
    channel.port2.postMessage(null);
  });
});

Object.assign(window, {
  ready,
  measures,
  engine,
  fill: (count: number) => engine.setValue("outlines", { polygons: Array.from({ length: count }, outline) }),
  delays: () => figures(delays.splice(0)),
});

/** A star of 24 corners, 60 to 260 pixels wide, somewhere on the image. */
function outline(_: unknown, index: number): { label: string; points: number[] } {
  const radius = 30 + random() * 100;
  const x = radius + random() * (SIZE.width - 2 * radius);
  const y = radius + random() * (SIZE.height - 2 * radius);
  const points = Array.from({ length: CORNERS }, (_each, step) => {
    const away = radius * (0.7 + 0.3 * random());
    const angle = (2 * Math.PI * step) / CORNERS;
    return [x + away * Math.cos(angle), y + away * Math.sin(angle)];
  });
  return { label: CLASSES[index % CLASSES.length]?.key ?? "", points: points.flat() };
}

async function dragged(more: PointerEventInit, count: number): Promise<Figures> {
  const { clientWidth, clientHeight } = host;
  const send = (type: string, step: number) => {
    const angle = step / 9;
    const clientX = clientWidth / 2 + Math.cos(angle) * clientHeight * 0.3 - 40;
    const clientY = clientHeight / 2 + Math.sin(angle) * clientHeight * 0.3;
    host.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: "mouse", clientX, clientY, cancelable: true, ...more }));
  };
  send("pointerdown", 0);
  const measured = await frames(count, (at) => send("pointermove", at));
  send("pointerup", count);
  engine.undo();
  engine.fit();
  return measured;
}

async function frames(count: number, act: (at: number) => void): Promise<Figures> {
  const took: number[] = [];
  let before = await frame();
  for (let at = 0; at < count; at++) {
    act(at);
    const now = await frame();
    took.push(now - before);
    before = now;
  }
  // The first frames make paths that the others reuse.
  return figures(took.slice(5));
}

function frame(): Promise<number> {
  return new Promise((done) => requestAnimationFrame(() => done(performance.now())));
}

function figures(times: number[]): Figures {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95) };
}

function random(): number {
  state = (state * 16807) % 2147483647;
  return state / 2147483647;
}

function noise(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE.width;
  canvas.height = SIZE.height;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  for (let spot = 0; spot < 4000; spot++) {
    context.fillStyle = `hsl(${random() * 360} 30% ${20 + random() * 50}%)`;
    context.fillRect(random() * SIZE.width, random() * SIZE.height, 80, 60);
  }
  return canvas;
}
