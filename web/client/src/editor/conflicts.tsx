import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { Scalar } from "@/api/graphql";
import type { OverlayStyle } from "@/engine/look";
import { useFormat } from "@/ui/format";
import type { Value } from "./answers";
import type { Conflict, Field } from "./documents";

/** A shape in conflict, as it is drawn: dashes and hatches, and the number that stands beside its words. */
export type Mark = { key: string; sign: string; value: Value; style: Required<Pick<OverlayStyle, "color" | "fill" | "dash" | "hatched">> };

const SURPLUS = { color: "#ff7a85", fill: 0.3, dash: [2, 4], hatched: true };
const AMISS = { color: "#ffb547", fill: 0.2, dash: [7, 5], hatched: true };

const FAULTS: Record<Scalar<"Fault">, MessageDescriptor> = {
  MISSING: msg`Something was missed`,
  EXTRA: msg`Nothing is to be marked here`,
  TWICE: msg`Marked twice`,
  WRONG_LABEL: msg`The label is wrong`,
  LOW_OVERLAP: msg`Drawn too loosely`,
  WRONG: msg`Not right`,
};

/** The shapes that conflicts are about, numbered as in the list. */
export function marksOf(conflicts: readonly Conflict[]): Mark[] {
  return conflicts.flatMap(({ key, fault, given }, index) => {
    const value = shapesOf(given);
    if (!shapeIn(value)) return [];
    return [{ key, sign: String(index + 1), value, style: fault === "EXTRA" || fault === "TWICE" ? SURPLUS : AMISS }];
  });
}

/** What was wrong, one by one, in words and figures. */
export function ConflictList({ conflicts, form }: { conflicts: readonly Conflict[]; form: readonly Field[] }) {
  const { i18n } = useLingui();
  const format = useFormat();
  return (
    <ol className="grid gap-1.5 text-13">
      {conflicts.map(({ key, fault, given, overlap, wanted }, index) => {
        const field = form.find((each) => each.key === key);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the number is what they are known by
          <li key={index} className="flex items-baseline gap-2">
            <span
              aria-hidden
              className="grid h-5 min-w-5 shrink-0 place-items-center rounded-6 border border-line px-1 font-semibold text-11 text-ink"
            >
              {index + 1}
            </span>
            <span>
              {form.length > 1 && field && <span className="text-muted">{field.label}: </span>}
              {i18n._(FAULTS[fault])}
              {field && labelIn(shapesOf(given), field) && <span className="text-muted"> · {labelIn(shapesOf(given), field)}</span>}
              {fault === "LOW_OVERLAP" && (
                <span className="text-muted">
                  {" · "}
                  <Trans>
                    overlap {format.share(overlap)}, it takes {format.share(wanted)}
                  </Trans>
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function shapesOf(given: Conflict["given"]): Value {
  const isDrawn = given?.__typename === "BoxAnswer" || given?.__typename === "PolygonAnswer" || given?.__typename === "MaskAnswer";
  return isDrawn ? given : {};
}

function shapeIn({ boxes = [], polygons = [], masks = [] }: Value): { label: string } | undefined {
  return [...boxes, ...polygons, ...masks][0];
}

function labelIn(given: Value, field: Field): string | undefined {
  const shape = shapeIn(given);
  return "classes" in field ? field.classes.find(({ key }) => key === shape?.label)?.label : undefined;
}
