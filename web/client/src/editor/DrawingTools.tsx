import { Trans, useLingui } from "@lingui/react/macro";
import { Brush, Check, Eraser, Maximize, MousePointer2, Redo2, Square, SunMedium, Undo2, VectorSquare } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Engine, ToolName } from "@/engine";
import { classes } from "@/ui/words";
import type { ShapeField } from "./documents";
import { shownKey, useKeys } from "./keys";
import type { Drawing } from "./useEngine";

const TOOLS: Record<ShapeField["__typename"], ToolName[]> = {
  BoxField: ["box"],
  PolygonField: ["polygon"],
  MaskField: ["brush", "eraser"],
};

/** On the picture's lower edge: tools, undo, the whole picture; what a tool needs while it is in hand. */
export function DrawingTools({ drawing, fields }: { drawing: Drawing; fields: readonly ShapeField[] }) {
  const { t } = useLingui();
  const keys = useKeys((state) => state.keys);
  const [isViewOpen, setViewOpen] = useState(false);
  const { engine, tool, canUndo, canRedo, hasDraft, brush } = drawing;
  const offered: ToolName[] = ["select", ...new Set(fields.flatMap(({ __typename }) => TOOLS[__typename]))];
  const names: Record<ToolName, [string, ReactNode, string]> = {
    select: [t`Select and move`, <MousePointer2 key="icon" aria-hidden />, keys.select],
    box: [t`Draw boxes`, <Square key="icon" aria-hidden />, keys.box],
    polygon: [t`Draw outlines`, <VectorSquare key="icon" aria-hidden />, keys.polygon],
    brush: [t`Brush`, <Brush key="icon" aria-hidden />, keys.brush],
    eraser: [t`Eraser`, <Eraser key="icon" aria-hidden />, keys.eraser],
  };
  return (
    <div className="pointer-events-none absolute inset-x-2 bottom-2 grid justify-items-center gap-2">
      {hasDraft && (
        <Bar>
          <button type="button" onClick={() => engine.finish()} className="flex min-h-11 items-center gap-2 px-4 font-medium desk:min-h-9">
            <Check className="size-4" aria-hidden />
            <Trans>Finish the outline</Trans>
          </button>
        </Bar>
      )}
      {(tool === "brush" || tool === "eraser") && (
        <Bar>
          <label className="flex items-center gap-3 px-3 text-12">
            <Trans>Size</Trans>
            <input
              type="range"
              min={1}
              max={200}
              value={Math.min(200, brush)}
              onChange={(event) => engine.setBrush(Number(event.target.value))}
              className="h-11 w-40 accent-[#8B93FF] desk:h-9"
            />
          </label>
        </Bar>
      )}
      {isViewOpen && <View engine={engine} />}
      <Bar>
        {fields.length > 0 && (
          <div role="toolbar" aria-label={t`Tools`} className="flex">
            {offered.map((each) => (
              <Tool key={each} label={names[each][0]} hint={names[each][2]} isOn={tool === each} onPress={() => engine.setTool(each)}>
                {names[each][1]}
              </Tool>
            ))}
            <span className="mx-1 my-2 w-px bg-white/20" aria-hidden />
            <Tool label={t`Undo`} hint={keys.undo} isDisabled={!canUndo} onPress={() => engine.undo()}>
              <Undo2 aria-hidden />
            </Tool>
            <Tool label={t`Redo`} hint={keys.redo} isDisabled={!canRedo} onPress={() => engine.redo()}>
              <Redo2 aria-hidden />
            </Tool>
          </div>
        )}
        <Tool label={t`Show the whole picture`} hint={keys.fit} onPress={() => engine.fit()}>
          <Maximize aria-hidden />
        </Tool>
        <Tool label={t`Light and contrast`} isOn={isViewOpen} onPress={() => setViewOpen(!isViewOpen)}>
          <SunMedium aria-hidden />
        </Tool>
      </Bar>
    </div>
  );
}

function Bar({ children }: { children: ReactNode }) {
  return (
    <div className="pointer-events-auto flex max-w-full overflow-x-auto rounded-12 border border-white/15 bg-[#151920]/92 p-0.5 text-13 text-[#E8EBF0] backdrop-blur">
      {children}
    </div>
  );
}

type ToolProps = { label: string; hint?: string; isOn?: boolean; isDisabled?: boolean; onPress: () => void; children: ReactNode };

function Tool({ label, hint, isOn, isDisabled, onPress, children }: ToolProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={isOn}
      title={hint ? `${label} (${shownKey(hint)})` : label}
      disabled={isDisabled}
      onClick={onPress}
      className={classes(
        "grid size-11 shrink-0 place-items-center rounded-8 disabled:opacity-40 desk:size-9 [&>svg]:size-4.5",
        isOn ? "bg-[#8B93FF] text-[#0E1116]" : "enabled:hover:bg-white/12",
      )}
    >
      {children}
    </button>
  );
}

function View({ engine }: { engine: Engine }) {
  const { t } = useLingui();
  const [display, setDisplay] = useState(engine.display);
  const sliders = [
    ["opacity", t`Shapes`, 0.1, 1],
    ["contrast", t`Contrast`, 0.5, 2],
    ["brightness", t`Brightness`, 0.5, 2],
  ] as const;
  return (
    <Bar>
      <div className="grid gap-1 px-3 py-1">
        {sliders.map(([name, label, min, max]) => (
          <label key={name} className="grid grid-cols-[76px_160px] items-center text-12">
            {label}
            <input
              type="range"
              min={min}
              max={max}
              step={0.05}
              value={display[name]}
              onChange={(event) => {
                engine.setDisplay({ [name]: Number(event.target.value) });
                setDisplay(engine.display);
              }}
              className="h-11 accent-[#8B93FF] desk:h-8"
            />
          </label>
        ))}
      </div>
    </Bar>
  );
}
