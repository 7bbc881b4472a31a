/** What the actions that keys stand for do. */

import type { Engine } from "./engine";
import type { Action } from "./keys";

const BRUSH_STEP = 1.25;
const ZOOM_STEP = 1.4;

/** Nudges, resizes and labels, which are told by their names, are not here. An act that gives false found nothing to do. */
export const ACTS: Readonly<Partial<Record<Action, (engine: Engine) => unknown>>> = {
  select: (engine) => engine.setTool("select"),
  box: (engine) => engine.setTool("box"),
  polygon: (engine) => engine.setTool("polygon"),
  brush: (engine) => engine.setTool("brush"),
  eraser: (engine) => engine.setTool("eraser"),
  // At least by one, so that a small brush changes too.
  smaller: (engine) => engine.setBrush(Math.min(engine.brush / BRUSH_STEP, engine.brush - 1)),
  larger: (engine) => engine.setBrush(Math.max(engine.brush * BRUSH_STEP, engine.brush + 1)),
  "new-mask": (engine) => engine.startMask(),
  undo: (engine) => engine.undo(),
  redo: (engine) => engine.redo(),
  delete: (engine) => engine.remove(),
  duplicate: (engine) => engine.duplicate(),
  back: (engine) => engine.back(),
  finish: (engine) => engine.finish(),
  escape: (engine) => engine.escape(),
  hide: (engine) => engine.setDisplay({ hidden: !engine.display.hidden }),
  fit: (engine) => engine.fit(),
  "zoom-in": (engine) => engine.zoomBy(ZOOM_STEP),
  "zoom-out": (engine) => engine.zoomBy(1 / ZOOM_STEP),
  next: (engine) => engine.selectNext(1),
  previous: (engine) => engine.selectNext(-1),
};
