/** Paints the settled shapes and the overlays, all of them or the damaged part only. */

import { addEdges, artOf, BADGE, badgeOf, patternOf } from "./art";
import { grow, intersection, overlaps, type Point, type Rect } from "./geometry";
import { DARK, type Look, SPILL, STROKE, STROKE_BELOW } from "./look";
import { type Painted, Plate } from "./plate";
import type { MaskShape, Outlined, Shape } from "./shapes";
import type { Stage } from "./stage";
import type { Viewport } from "./viewport";

/** Shapes narrower than this on screen get no letter, CSS pixels. */
const ROOM_FOR_LETTER = 28;

/** Shapes that are drawn together: one's own, or those of one overlay. */
export interface Layer {
  readonly shapes: readonly Shape[];
  readonly look: (shape: Shape) => Look;
  /** The shape in hand; what is being drawn shows it instead. */
  readonly lifted?: string | null;
}

export interface Marks {
  readonly letters: boolean;
  readonly patterns: boolean;
}

export class Painter {
  readonly #stage: Stage;
  readonly #viewport: Viewport;
  #plates = new Map<string, Plate>();

  constructor(stage: Stage, viewport: Viewport) {
    this.#stage = stage;
    this.#viewport = viewport;
  }

  /** Forgets the colours of the masks: the image is another one. */
  clear(): void {
    this.#plates.clear();
  }

  /** Colours the masks of a layer anew, where they were damaged. */
  color(name: string, { shapes, look }: Layer, damage: Rect, { patterns }: Marks): void {
    const masks = shapes.filter((shape): shape is MaskShape => shape.kind === "mask");
    let plate = this.#plates.get(name);
    if (!plate && !masks.length) return;
    if (!plate) {
      plate = new Plate(this.#viewport.image);
      this.#plates.set(name, plate);
    }
    const painted = masks.map((mask): Painted => ({ bitmap: mask.bitmap, look: look(mask) }));
    plate.color(grow(damage, 1), painted, patterns);
  }

  drop(name: string): void {
    this.#plates.delete(name);
  }

  image(source: CanvasImageSource | null): void {
    const context = this.#stage.image;
    const { scale, image } = this.#viewport;
    this.#stage.begin(context, this.#viewport);
    // Above 200 % one wants to see the pixels that are there.
    const crisp = scale >= 2;
    context.canvas.style.imageRendering = crisp ? "pixelated" : "";
    context.imageSmoothingEnabled = !crisp;
    context.imageSmoothingQuality = "medium";
    if (source) context.drawImage(source, 0, 0, image.width, image.height);
  }

  /** Paints the settled shapes; only within `damage`, in pixels of the image, when that is given. */
  settled(layers: ReadonlyMap<string, Layer>, marks: Marks, damage: Rect | null): void {
    const context = this.#stage.settled;
    const { scale } = this.#viewport;
    const spill = SPILL / scale;
    const seen = this.#viewport.seen;
    const area = damage ? intersection(grow(damage, spill), seen) : seen;
    if (!area) return;
    context.save();
    this.#wipe(context, area);
    this.#stage.toImage(context, this.#viewport);
    const near = grow(area, spill);
    for (const [name, layer] of layers) this.#layer(context, name, layer, near, marks);
    context.restore();
  }

  #wipe(context: CanvasRenderingContext2D, area: Rect): void {
    const { ratio } = this.#stage;
    const from = this.#viewport.toView(area);
    const x = Math.floor(from.x * ratio);
    const y = Math.floor(from.y * ratio);
    const width = Math.ceil((from.x + area.width * this.#viewport.scale) * ratio) - x;
    const height = Math.ceil((from.y + area.height * this.#viewport.scale) * ratio) - y;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.clearRect(x, y, width, height);
  }

  #layer(context: CanvasRenderingContext2D, name: string, { shapes, look, lifted }: Layer, near: Rect, marks: Marks): void {
    const plate = this.#plates.get(name);
    if (plate) {
      context.imageSmoothingEnabled = this.#viewport.scale < 1;
      plate.draw(context);
    }
    // Everything of one look in one path: a few long paths are drawn many times as fast as many short ones.
    const groups = new Map<Look, Group>();
    for (const shape of shapes) {
      if (shape.id === lifted && shape.kind !== "mask") continue;
      const group = groupOf(groups, look(shape));
      if (shape.kind === "mask") for (const tile of shape.bitmap.tilesIn(near)) addEdges(group.edges, shape.bitmap, tile);
      else if (overlaps(artOf(shape).bounds, near)) group.take(shape);
    }
    for (const [each, group] of groups) this.#fill(context, each, group, marks.patterns);
    this.#stroke(context, groups);
    if (marks.letters) this.#letters(context, shapes, look, near, lifted);
  }

  #fill(context: CanvasRenderingContext2D, look: Look, { fill }: Group, patterns: boolean): void {
    context.globalAlpha = look.fill;
    context.fillStyle = look.color;
    context.fill(fill);
    const pattern = patterns ? patternOf(look) : null;
    if (pattern) {
      // The unit of the pattern is a pixel of the screen, at every zoom.
      pattern.setTransform(new DOMMatrix().scale(1 / this.#viewport.scale));
      context.fillStyle = pattern;
      context.fill(fill);
    }
    context.globalAlpha = 1;
  }

  #stroke(context: CanvasRenderingContext2D, groups: ReadonlyMap<Look, Group>): void {
    const { scale } = this.#viewport;
    context.lineJoin = "round";
    context.lineCap = "square";
    for (const [below, width] of [[true, STROKE_BELOW] as const, [false, STROKE] as const]) {
      context.lineWidth = width / scale;
      for (const [look, { fill, edges }] of groups) {
        context.strokeStyle = below ? DARK : look.color;
        context.setLineDash(look.dash.map((length) => length / scale));
        context.stroke(fill);
        context.setLineDash([]);
        context.stroke(edges);
      }
    }
  }

  #letters(context: CanvasRenderingContext2D, shapes: readonly Shape[], look: Layer["look"], near: Rect, lifted?: string | null): void {
    const { scale } = this.#viewport;
    const side = BADGE / scale;
    for (const shape of shapes) {
      if (shape.id === lifted) continue;
      const bounds = shape.kind === "mask" ? shape.bitmap.bounds() : artOf(shape).bounds;
      if (!bounds || Math.max(bounds.width, bounds.height) * scale < ROOM_FOR_LETTER || !overlaps(bounds, near)) continue;
      const { x, y } = letterAt(shape, bounds);
      const how = look(shape);
      if (how.letter) context.drawImage(badgeOf(how, this.#stage.ratio), x - side / 2, y - side / 2, side, side);
    }
  }
}

class Group {
  readonly fill = new Path2D();
  readonly edges = new Path2D();

  take(shape: Outlined): void {
    this.fill.addPath(artOf(shape).path);
  }
}

function groupOf(groups: Map<Look, Group>, look: Look): Group {
  const known = groups.get(look);
  if (known) return known;
  const group = new Group();
  groups.set(look, group);
  return group;
}

/** Boxes and masks wear their letter at their first corner, outlines at their highest. */
function letterAt(shape: Shape, bounds: Rect): Point {
  if (shape.kind !== "polygon") return bounds;
  return shape.points.reduce((highest, point) => (point.y < highest.y ? point : highest));
}
