/** The same picture by elements of SVG: what a page with a picture and some outlines is most often made of. */

import { type Drawer, FILL, fitted, type Outline, SIZE, STROKES, type View, zoomed } from "./scene";

const NAMESPACE = "http://www.w3.org/2000/svg";

export function svg(host: HTMLElement): Drawer {
  const root = element("svg", { width: "100%", height: "100%" });
  const world = element("g", {});
  const shapes = element("g", {});
  const live = element("rect", { fill: "none", stroke: "#fff", "stroke-width": "2" });
  root.append(world, live);
  host.append(root);
  let view: View = fitted(host);
  let held = { x: 0, y: 0 };
  const look = (next: View) => {
    view = next;
    world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  };
  look(view);
  return {
    load: (image) => {
      const canvas = document.createElement("canvas");
      canvas.width = SIZE.width;
      canvas.height = SIZE.height;
      canvas.getContext("2d")?.drawImage(image, 0, 0);
      world.append(
        element("image", { href: canvas.toDataURL("image/jpeg"), width: String(SIZE.width), height: String(SIZE.height) }),
        shapes,
      );
    },
    fill: (outlines) => shapes.replaceChildren(...outlines.flatMap(drawn)),
    zoom: (factor) => look(zoomed(view, factor, host)),
    pan: (kind, x, y) => {
      if (kind === "move") look({ ...view, x: view.x + x - held.x, y: view.y + y - held.y });
      held = { x, y };
    },
    box: (kind, x, y) => {
      if (kind === "down") held = { x, y };
      const [left, top] = [Math.min(x, held.x), Math.min(y, held.y)];
      const size = kind === "up" ? [0, 0] : [Math.abs(x - held.x), Math.abs(y - held.y)];
      for (const [name, value] of Object.entries({ x: left, y: top, width: size[0], height: size[1] })) {
        live.setAttribute(name, String(value));
      }
    },
  };
}

function drawn({ color, points }: Outline): SVGElement[] {
  const d = `M${points.join(" ")}Z`;
  return STROKES.map(({ color: own, width }) =>
    element("path", {
      d,
      fill: own ? "none" : color,
      "fill-opacity": String(FILL),
      stroke: own ?? color,
      "stroke-width": String(width),
      "vector-effect": "non-scaling-stroke",
    }),
  );
}

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
