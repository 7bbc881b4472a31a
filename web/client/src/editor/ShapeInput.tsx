import { Trans, useLingui } from "@lingui/react/macro";
import { Trash2 } from "lucide-react";
import { IconButton } from "@/ui/Button";
import type { Value } from "./answers";
import { ClassPicker, Swatch } from "./ClassPicker";
import type { ShapeField } from "./documents";
import type { FieldProps } from "./FieldInput";

/** The class to draw with, and what is drawn as a list in HTML: for keyboards, for screen readers, for looking things over. */
export function ShapeInput({ field, value, onChange, label, onLabel, headingId }: FieldProps<ShapeField>) {
  const { t } = useLingui();
  const shapes = shapesOf(value);
  return (
    <div className="grid gap-3">
      <ClassPicker classes={field.classes} chosen={label} onChoose={onLabel} labelledBy={headingId} />
      {shapes.length === 0 ? (
        <p className="text-13 text-muted">
          {field.__typename === "BoxField" && <Trans>Press at one corner, drag to the opposite one.</Trans>}
          {field.__typename === "PolygonField" && <Trans>Press corner after corner; press the first one again to finish.</Trans>}
          {field.__typename === "MaskField" && <Trans>Paint over the thing; the eraser takes away.</Trans>}
        </p>
      ) : (
        <ol className="grid gap-1" aria-label={t`What is drawn`}>
          {shapes.map((shape, index) => {
            const named = field.classes.find(({ key }) => key === shape.label);
            const name = `${index + 1}. ${named?.label ?? shape.label}`;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a shape is known by its place in the answer
              <li key={index} className="flex items-center gap-2 rounded-8 border border-line pl-3">
                <Swatch color={named?.color ?? "#98A2B3"} />
                <span className="min-w-0 grow truncate text-13">
                  <span className="font-medium">{name}</span> <span className="text-muted">{shape.size}</span>
                </span>
                <IconButton label={t`Remove ${name}`} onClick={() => onChange(without(value, index))}>
                  <Trash2 className="size-4" aria-hidden />
                </IconButton>
              </li>
            );
          })}
        </ol>
      )}
    </div>
  );
}

function shapesOf({ boxes, polygons, masks }: Value): { label: string; size: string }[] {
  return [
    ...(boxes ?? []).map(({ label, width, height }) => ({ label, size: `${Math.round(width)} × ${Math.round(height)}` })),
    ...(polygons ?? []).map(({ label, points }) => ({ label, size: `${points.length / 2}` })),
    ...(masks ?? []).map(({ label }) => ({ label, size: "" })),
  ];
}

function without(value: Value, index: number): Value {
  const drop = <Each,>(shapes: Each[] | undefined) => shapes?.filter((_, at) => at !== index);
  return { boxes: drop(value.boxes), polygons: drop(value.polygons), masks: drop(value.masks) };
}
