/** The page that bench/web.py drives: `?by=ours`, `svg` or `konva`. Everybody gets the same picture and the same movements. */

import { type Drawer, noise, outlines } from "./scene";

const FRAMES = 120;
/** The first frames make paths and caches that the others reuse. */
const WARM = 10;
/** In and out again, nearly six times as large. */
const ZOOM = 1.03;

const host = document.querySelector<HTMLElement>("#host") as HTMLElement;

async function made(by: string | null): Promise<Drawer> {
  if (by === "svg") return (await import("./svg")).svg(host);
  if (by === "konva") return (await import("./konva")).konva(host);
  return (await import("./ours")).ours(host);
}

const ready = made(new URLSearchParams(location.search).get("by")).then(async (drawer) => {
  drawer.load(await noise());
  return drawer;
});

const measures: Record<string, (drawer: Drawer) => Promise<number[]>> = {
  zoom: (drawer) => frames((at) => drawer.zoom(at < FRAMES / 2 ? ZOOM : 1 / ZOOM)),
  pan: (drawer) => dragged((kind, x, y) => drawer.pan(kind, x, y)),
  box: (drawer) => dragged((kind, x, y) => drawer.box(kind, x, y)),
};

/** Where the pointer goes: around the middle, CSS pixels. */
async function dragged(act: Drawer["pan"]): Promise<number[]> {
  const at = (step: number): [number, number] => {
    const radius = host.clientHeight * 0.3;
    return [host.clientWidth / 2 + Math.cos(step / 9) * radius, host.clientHeight / 2 + Math.sin(step / 9) * radius];
  };
  act("down", ...at(0));
  const took = await frames((step) => act("move", ...at(step)));
  act("up", ...at(FRAMES));
  return took;
}

/** Milliseconds from frame to frame. */
async function frames(act: (at: number) => void): Promise<number[]> {
  const took: number[] = [];
  let before = await frame();
  for (let at = 0; at < FRAMES; at++) {
    act(at);
    const now = await frame();
    took.push(now - before);
    before = now;
  }
  return took.slice(WARM);
}

function frame(): Promise<number> {
  return new Promise((done) => requestAnimationFrame(() => done(performance.now())));
}

const waited: number[] = [];
host.addEventListener("pointermove", ({ timeStamp }) => {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    // A message is heard after the frame was handed on for compositing.
    channel.port1.onmessage = () => waited.push(performance.now() - timeStamp);
    channel.port2.postMessage(null);
  });
});

Object.assign(window, {
  delays: () => waited.splice(0),
  ready: ready.then(() => null),
  fill: async (count: number) => (await ready).fill(outlines(count)),
  measure: async (name: string) => await measures[name]?.(await ready),
  setTool: async (tool: string) => {
    const drawer = await ready;
    if ("engine" in drawer) (drawer.engine as { setTool(tool: string): void }).setTool(tool);
  },
});
