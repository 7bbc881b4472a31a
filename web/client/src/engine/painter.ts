/** Paints the settled shapes and the overlays, step by step, all of them or the damaged part only. */

import { type Art, addEdges, artOf, BADGE, badgeOf, patternOf } from "./art";
import { grow, intersection, overlaps, type Point, type Rect, type Size } from "./geometry";
import { DARK, type Look, SPILL, STROKE, STROKE_BELOW } from "./look";
import { type Painted, Plate } from "./plate";
import type { MaskShape, Shape } from "./shapes";
import type { Stage } from "./stage";
import { seenIn, type View } from "./viewport";

/** Shapes narrower than this on screen get no letter, CSS pixels. */
const ROOM_FOR_LETTER = 28;
/** From the corner that a letter belongs to to its middle, CSS pixels: sideways and up, or straight up. */
const BESIDE = 11;
const ABOVE = 15;
/** What a step costs, in corners of an outline. */
const COST_OF_SHAPE = 8;
const COST_OF_MASK = 400;
const COST_OF_LETTER = 2;

/** Shapes that are drawn together: one's own, or those of one overlay. */
export interface Layer {
  readonly shapes: readonly Shape[];
  readonly look: (shape: Shape) => Look;
  /** The shape in hand: what is being drawn shows it instead. */
  readonly lifted?: string | null;
}

export interface Marks {
  readonly letters: boolean;
  readonly patterns: boolean;
}

/** Gives the cost of each step; stops between them for as long as one likes. */
export type Steps = Generator<number, void, void>;

export class Painter {
  readonly #stage: Stage;
  readonly #plates = new Map<string, Plate>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Forgets the colours of the masks: the image is another one. */
  clear(): void {
    this.#plates.clear();
  }

  drop(layer: string): void {
    this.#plates.delete(layer);
  }

  /** Colours the masks of a layer anew, where they were damaged. */
  color(name: string, { shapes, look }: Layer, damage: Rect, { patterns }: Marks, size: Size): void {
    const masks = shapes.filter((shape): shape is MaskShape => shape.kind === "mask");
    let plate = this.#plates.get(name);
    if (!plate && !masks.length) return;
    if (!plate) {
      plate = new Plate(size);
      this.#plates.set(name, plate);
    }
    const painted = masks.map((mask): Painted => ({ bitmap: mask.bitmap, look: look(mask) }));
    plate.color(grow(damage, 1), painted, patterns);
  }

  /** `rough` while it moves: smoothing well costs as much as all shapes, and is not seen. */
  image(source: CanvasImageSource | null, { width, height }: Size, view: View, rough: boolean): void {
    const context = this.#stage.image;
    this.#stage.begin(context, view);
    // Above 200 % one wants to see the pixels that are there.
    const crisp = view.scale >= 2;
    context.canvas.style.imageRendering = crisp ? "pixelated" : "";
    context.imageSmoothingEnabled = !crisp;
    context.imageSmoothingQuality = rough ? "low" : "medium";
    if (source) context.drawImage(source, 0, 0, width, height);
  }

  /** Paints all shapes that the view shows; only within `damage`, in pixels of the image, when that is given. */
  *shapes(context: CanvasRenderingContext2D, view: View, layers: ReadonlyMap<string, Layer>, marks: Marks, damage: Rect | null): Steps {
    const spill = SPILL / view.scale;
    const seen = seenIn(view, this.#stage.size);
    const area = damage ? intersection(grow(damage, spill), seen) : seen;
    if (!area) return;
    context.save();
    try {
      this.#wipe(context, view, area);
      this.#stage.toImage(context, view);
      context.lineCap = "square";
      // Corners that point far out are cut: a round join costs a quarter more, and is not to be seen at this width.
      context.miterLimit = 2;
      for (const [name, layer] of layers) yield* this.#layer(context, view.scale, name, layer, grow(area, spill), marks);
    } finally {
      context.restore();
    }
  }

  #wipe(context: CanvasRenderingContext2D, { scale, x, y }: View, area: Rect): void {
    const { ratio } = this.#stage;
    const left = Math.floor((area.x * scale + x) * ratio);
    const top = Math.floor((area.y * scale + y) * ratio);
    const width = Math.ceil(((area.x + area.width) * scale + x) * ratio) - left;
    const height = Math.ceil(((area.y + area.height) * scale + y) * ratio) - top;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.clearRect(left, top, width, height);
  }

  *#layer(context: CanvasRenderingContext2D, scale: number, name: string, layer: Layer, near: Rect, marks: Marks): Steps {
    const plate = this.#plates.get(name);
    if (plate) {
      context.imageSmoothingEnabled = scale < 1;
      plate.draw(context);
      yield COST_OF_MASK;
    }
    for (const shape of layer.shapes) {
      const look = layer.look(shape);
      if (shape.kind === "mask") {
        stroke(context, edgesOf(shape, near), look, scale);
        yield COST_OF_MASK;
      } else if (shape.id !== layer.lifted) {
        const art = artOf(shape);
        if (!overlaps(art.bounds, near)) continue;
        fill(context, art, look, marks.patterns, scale);
        stroke(context, art.path, look, scale);
        yield COST_OF_SHAPE + art.corners;
      }
    }
    if (marks.letters) yield* this.#letters(context, scale, layer, near);
  }

  *#letters(context: CanvasRenderingContext2D, scale: number, { shapes, look, lifted }: Layer, near: Rect): Steps {
    const side = BADGE / scale;
    for (const shape of shapes) {
      if (shape.id === lifted) continue;
      const bounds = shape.kind === "mask" ? shape.bitmap.bounds() : artOf(shape).bounds;
      const how = look(shape);
      if (!bounds || !overlaps(bounds, near)) continue;
      if (!how.isSign && Math.max(bounds.width, bounds.height) * scale < ROOM_FOR_LETTER) continue;
      const { x, y } = how.isSign ? signAt(bounds) : letterAt(shape, bounds, scale);
      if (how.letter) context.drawImage(badgeOf(how, this.#stage.ratio), x - side / 2, y - side / 2, side, side);
      yield COST_OF_LETTER;
    }
  }
}

function fill(context: CanvasRenderingContext2D, { path }: Art, look: Look, patterns: boolean, scale: number): void {
  context.globalAlpha = look.fill;
  context.fillStyle = look.color;
  context.fill(path);
  const pattern = patterns || look.isHatched ? patternOf(look) : null;
  if (pattern) {
    // The unit of the pattern is a pixel of the screen, at every zoom.
    pattern.setTransform(new DOMMatrix().scale(1 / scale));
    context.fillStyle = pattern;
    context.fill(path);
  }
  context.globalAlpha = 1;
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, look: Look, scale: number): void {
  context.setLineDash(look.dash.map((length) => length / scale));
  context.strokeStyle = DARK;
  context.lineWidth = STROKE_BELOW / scale;
  context.stroke(path);
  context.strokeStyle = look.color;
  context.lineWidth = STROKE / scale;
  context.stroke(path);
}

function edgesOf({ bitmap }: MaskShape, near: Rect): Path2D {
  const path = new Path2D();
  for (const tile of bitmap.tilesIn(near)) addEdges(path, bitmap, tile);
  return path;
}

/** The middle of the letter, clear of the handles: beside the first corner of boxes and masks, above the highest one of outlines. */
function letterAt(shape: Shape, bounds: Rect, scale: number): Point {
  const aside = BESIDE / scale;
  if (shape.kind !== "polygon") return { x: bounds.x - aside, y: bounds.y - aside };
  const highest = shape.points.reduce((least, point) => (point.y < least.y ? point : least));
  return { x: highest.x, y: highest.y - ABOVE / scale };
}

/** On the corner that letters leave free, and within a picture that is shown whole. */
function signAt({ x, y, width }: Rect): Point {
  return { x: x + width, y };
}
