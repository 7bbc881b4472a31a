import { useEffect } from "react";
import type { Engine, OverlayStyle, Rect, ShapesValue } from "@/engine";
import { boundsOf } from "@/engine/geometry";
import type { Remark } from "./documents";

/** How a remark shows on the picture: dashes around what is expected, hatches over what is to go. The number is in the text beside it. */
export type Manner = "expected" | "surplus" | "none";

const STYLES: Record<Exclude<Manner, "none">, OverlayStyle> = {
  expected: { color: "#3dd68c", fill: 0, dash: [7, 5] },
  surplus: { color: "#ff7a85", fill: 0.3, dash: [2, 4], hatched: true },
};

export function mannerOf(remark: Remark): Manner {
  if (!shapeOf(remark)) return "none";
  return isSurplus(remark) ? "surplus" : "expected";
}

/** Draws the remarks over what one has drawn, and takes them away with the remarks. */
export function useMarks(engine: Engine | undefined, remarks: readonly Remark[]): void {
  useEffect(() => {
    if (!engine || remarks.length === 0) return;
    for (const [index, remark] of remarks.entries()) {
      const [manner, value] = [mannerOf(remark), shapeOf(remark)];
      if (manner === "none" || !value) continue;
      engine.setOverlay(nameOf(index), [{ field: remark.key, value }], { ...STYLES[manner], sign: String(index + 1) });
    }
    // What is selected is drawn over everything, the marks as well.
    engine.select(null);
    engine.fit();
    return () => {
      for (const index of remarks.keys()) engine.setOverlay(nameOf(index), null);
    };
  }, [engine, remarks]);
}

/** Where the remark is, in pixels of the picture; null for what is painted: it is as large as the picture shows it. */
export function placeOf(remark: Remark): Rect | null {
  const { boxes, polygons } = shapeOf(remark) ?? {};
  if (boxes?.[0]) return boxes[0];
  const points = polygons?.[0]?.points ?? [];
  const corners = points.flatMap((x, at) => (at % 2 ? [] : [{ x, y: points[at + 1] ?? 0 }]));
  return corners.length > 0 ? boundsOf(corners) : null;
}

/** The one shape that is marked; null where the answer is none that is drawn. */
function shapeOf(remark: Remark): ShapesValue | null {
  const value = isSurplus(remark) ? remark.given : remark.expected;
  const isDrawn = value?.__typename === "BoxAnswer" || value?.__typename === "PolygonAnswer" || value?.__typename === "MaskAnswer";
  return isDrawn ? value : null;
}

function isSurplus({ fault }: Remark): boolean {
  return fault === "EXTRA" || fault === "TWICE";
}

function nameOf(index: number): string {
  return `remark ${index}`;
}
