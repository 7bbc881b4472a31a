/** Fields, shapes and their values, in the words of the API. */

import { Bitmap } from "./bitmap";
import { boundsOf, inside, type Point, type Rect, round, type Size } from "./geometry";
import { decode } from "./rle";

export type ShapeKind = "box" | "polygon" | "mask";

export interface LabelClass {
  readonly key: string;
  readonly label: string;
  /** "#rrggbb" */
  readonly color: string;
}

/** A field of the form that is answered by drawing. Several share one image. */
export interface ShapeField {
  readonly key: string;
  readonly kind: ShapeKind;
  readonly label: string;
  readonly classes: readonly LabelClass[];
}

interface Named {
  readonly id: string;
  /** The key of its field. */
  readonly field: string;
  /** The key of a class of that field. */
  readonly label: string;
}

export interface BoxShape extends Named, Rect {
  readonly kind: "box";
}

export interface PolygonShape extends Named {
  readonly kind: "polygon";
  readonly points: readonly Point[];
}

/** Its bitmap changes in place; everything else about shapes is replaced, never changed. */
export interface MaskShape extends Named {
  readonly kind: "mask";
  readonly bitmap: Bitmap;
}

export interface MaskRecord extends Named {
  readonly kind: "mask";
  readonly counts: string;
}

export type Outlined = BoxShape | PolygonShape;
export type Shape = Outlined | MaskShape;
/** A shape as plain JSON. */
export type ShapeRecord = Outlined | MaskRecord;

export interface BoxValue extends Rect {
  readonly label: string;
}

export interface PolygonValue {
  readonly label: string;
  readonly points: readonly number[];
}

export interface MaskValue {
  readonly label: string;
  /** [height, width] */
  readonly size: readonly number[];
  readonly counts: string;
}

/** One member is there, as in AnswerValueInput and in BoxAnswer, PolygonAnswer and MaskAnswer. */
export interface ShapesValue {
  readonly boxes?: readonly BoxValue[] | null;
  readonly polygons?: readonly PolygonValue[] | null;
  readonly masks?: readonly MaskValue[] | null;
}

/** What `value` gives: AnswerValueInput with the one member of the field's kind. */
export type AnswerValueInput = { boxes: BoxValueInput[] } | { polygons: PolygonValueInput[] } | { masks: MaskValueInput[] };
export interface BoxValueInput {
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface PolygonValueInput {
  label: string;
  points: number[];
}
export interface MaskValueInput {
  label: string;
  size: number[];
  counts: string;
}

export function recordOf(shape: Shape): ShapeRecord {
  if (shape.kind !== "mask") return shape;
  const { bitmap, ...named } = shape;
  return { ...named, counts: bitmap.counts() };
}

/** Raises MalformedRuns when a mask's counts do not fit the image. */
export function shapeOf(record: ShapeRecord, size: Size): Shape {
  if (record.kind !== "mask") return record;
  const { counts, ...named } = record;
  return { ...named, bitmap: new Bitmap(size, decode(counts, size.width * size.height)) };
}

export function shapeBounds(shape: Shape): Rect {
  if (shape.kind === "box") return shape;
  return shape.kind === "polygon" ? boundsOf(shape.points) : (shape.bitmap.bounds() ?? { x: 0, y: 0, width: 0, height: 0 });
}

export function isBlank(shape: Shape): boolean {
  return shape.kind === "mask" && !shape.bitmap.bounds();
}

/** The shape a step further, its corners on hundredths of a pixel. */
export function moved<S extends Outlined>(shape: S, step: Point, size: Size): S {
  // Rounded first, so that all corners go equally far.
  const [dx, dy] = [round(step.x), round(step.y)];
  const shift = (point: Point) => inside({ x: point.x + dx, y: point.y + dy }, size);
  return shape.kind === "box" ? { ...shape, ...shift(shape) } : { ...shape, points: shape.points.map(shift) };
}

/** A rectangle on hundredths of a pixel, whose far sides are inside the image too. */
export function snapped(rect: Rect): Rect {
  const x = round(rect.x);
  const y = round(rect.y);
  return { x, y, width: round(rect.x + rect.width - x), height: round(rect.y + rect.height - y) };
}

export function answerOf(field: ShapeField, shapes: readonly Shape[], size: Size): AnswerValueInput {
  if (field.kind === "box") {
    return { boxes: ofKind(shapes, "box").map(({ label, x, y, width, height }) => ({ label, x, y, width, height })) };
  }
  if (field.kind === "polygon") {
    return { polygons: ofKind(shapes, "polygon").map(({ label, points }) => ({ label, points: points.flatMap(({ x, y }) => [x, y]) })) };
  }
  const painted = ofKind(shapes, "mask").filter((mask) => !isBlank(mask));
  return { masks: painted.map(({ label, bitmap }) => ({ label, size: [size.height, size.width], counts: bitmap.counts() })) };
}

/** The shapes of an answer, named by `name`. A mask of an image of another size is left out: it cannot be drawn here. */
export function shapesOf(field: string, value: ShapesValue, size: Size, name: () => string): Shape[] {
  const boxes = (value.boxes ?? []).map((box): Shape => ({ kind: "box", id: name(), field, label: box.label, ...snapped(box) }));
  const polygons = (value.polygons ?? []).map(
    ({ label, points }): Shape => ({
      kind: "polygon",
      id: name(),
      field,
      label,
      points: paired(points).map((point) => inside(point, size)),
    }),
  );
  const masks = (value.masks ?? [])
    .filter((mask) => mask.size[0] === size.height && mask.size[1] === size.width)
    .map(({ label, counts }) => shapeOf({ kind: "mask", id: name(), field, label, counts }, size));
  return [...boxes, ...polygons, ...masks];
}

function paired(points: readonly number[]): Point[] {
  const corners: Point[] = [];
  for (let at = 0; at + 1 < points.length; at += 2) corners.push({ x: points[at] as number, y: points[at + 1] as number });
  return corners;
}

function ofKind<K extends ShapeKind>(shapes: readonly Shape[], kind: K): Extract<Shape, { kind: K }>[] {
  return shapes.filter((shape): shape is Extract<Shape, { kind: K }> => shape.kind === kind);
}
