/** The same picture by Konva, set up as its own advice on speed says: nothing listens, no perfect drawing, what moves on a layer of its own. */

import Konva from "konva";
import { type Drawer, FILL, fitted, type Outline, STROKES, type View, zoomed } from "./scene";

const STILL = { listening: false, perfectDrawEnabled: false, shadowForStrokeEnabled: false, hitStrokeWidth: 0 };

export function konva(host: HTMLElement): Drawer {
  const stage = new Konva.Stage({ container: host as HTMLDivElement, width: host.clientWidth, height: host.clientHeight });
  const [picture, shapes, live] = [new Konva.Layer(STILL), new Konva.Layer(STILL), new Konva.Layer(STILL)];
  stage.add(picture, shapes, live);
  const box = new Konva.Rect({ ...STILL, stroke: "#fff", strokeWidth: 2, strokeScaleEnabled: false, visible: false });
  live.add(box);
  let view: View = fitted(host);
  let held = { x: 0, y: 0 };
  const look = (next: View) => {
    view = next;
    stage.position({ x: view.x, y: view.y });
    stage.scale({ x: view.scale, y: view.scale });
    stage.batchDraw();
  };
  look(view);
  return {
    load: (image) => picture.add(new Konva.Image({ ...STILL, image })),
    fill: (outlines) => {
      shapes.destroyChildren();
      shapes.add(...outlines.flatMap(drawn));
    },
    zoom: (factor) => look(zoomed(view, factor, host)),
    pan: (kind, x, y) => {
      if (kind === "move") look({ ...view, x: view.x + x - held.x, y: view.y + y - held.y });
      held = { x, y };
    },
    box: (kind, x, y) => {
      if (kind === "down") held = { x, y };
      const at = { x: (Math.min(x, held.x) - view.x) / view.scale, y: (Math.min(y, held.y) - view.y) / view.scale };
      box.setAttrs({ ...at, width: Math.abs(x - held.x) / view.scale, height: Math.abs(y - held.y) / view.scale, visible: kind !== "up" });
      live.batchDraw();
    },
  };
}

function drawn({ color, points }: Outline): Konva.Line[] {
  return STROKES.map(({ color: own, width }) => {
    const line = new Konva.Line({ ...STILL, points, closed: true, stroke: own ?? color, strokeWidth: width, strokeScaleEnabled: false });
    if (!own) line.fill(`${color}${Math.round(FILL * 255).toString(16)}`);
    return line;
  });
}
