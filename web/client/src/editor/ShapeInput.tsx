import { Trans, useLingui } from "@lingui/react/macro";
import { Trash2 } from "lucide-react";
import { IconButton } from "@/ui/Button";
import type { Value } from "./answers";
import { ClassPicker, Swatch } from "./ClassPicker";
import type { ShapeField } from "./documents";
import type { FieldProps } from "./FieldInput";

/** The class to draw with, and what is drawn as a list in HTML: for keyboards, for screen readers, for looking things over. */
export function ShapeInput({ field, value, onChange, label, onLabel, headingId, engine }: FieldProps<ShapeField>) {
  const { t } = useLingui();
  const shapes = shapesOf(value);
  // The engine's own list has the same order, and undoes what is removed through it.
  const idAt = (index: number) => engine?.shapes().filter((shape) => shape.field === field.key)[index]?.id;
  const remove = (index: number) => {
    const id = idAt(index);
    if (!id || !engine?.remove(id)) onChange(without(value, index));
  };
  const show = (index: number) => {
    const id = idAt(index);
    if (!id || !engine) return;
    engine.setTool("select");
    engine.select(id);
    engine.zoomTo(id);
  };
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
              <li key={index} className="flex items-center rounded-8 border border-line">
                <button
                  type="button"
                  onClick={() => show(index)}
                  className="flex min-h-11 min-w-0 grow items-center gap-2 rounded-8 pl-3 text-left text-13 hover:bg-ground desk:min-h-8"
                >
                  <Swatch color={named?.color ?? "#98A2B3"} />
                  <span className="font-medium">{name}</span> <span className="truncate text-muted">{shape.size}</span>
                </button>
                <IconButton label={t`Remove ${name}`} onClick={() => remove(index)}>
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
