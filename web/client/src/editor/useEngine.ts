import { useEffect, useEffectEvent, useRef, useState } from "react";
import { type ShapeField as Drawn, Engine, type Magnified, type RefusalReason, type ShapeKind, type ToolName } from "@/engine";
import type { Answers, Value } from "./answers";
import type { ImageBlock, ShapeField } from "./documents";
import { logs } from "./drafts";

const KIND: Record<ShapeField["__typename"], ShapeKind> = { BoxField: "box", PolygonField: "polygon", MaskField: "mask" };
/** So high are the tools on the picture's lower edge: shown whole, it lies above them. */
const FOOT = 48;

type Given = {
  name: string;
  image: ImageBlock;
  fields: readonly ShapeField[];
  answers: Answers;
  onChange: (values: Answers) => void;
  onRefusal: (reason: RefusalReason) => void;
};

export type Drawing = {
  engine: Engine;
  tool: ToolName;
  brush: number;
  canUndo: boolean;
  canRedo: boolean;
  hasDraft: boolean;
  magnified: Magnified | null;
};

/** The engine on a host element: it has the drawing, the page has the answers, and each is told what the other changed. */
export function useEngine({ name, image, fields, answers, onChange, onRefusal }: Given) {
  const host = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<Drawing>();
  const [hasFailed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const told = useRef<Answers>({});
  const change = useEffectEvent((engine: Engine, keys: readonly string[]) => {
    const values = Object.fromEntries(keys.map((key) => [key, engine.value(key) as Value]));
    told.current = { ...told.current, ...values };
    void logs.write(name, engine.exportLog());
    if (keys.length > 0) onChange(values);
  });
  const refuse = useEffectEvent(onRefusal);
  const begin = useEffectEvent(async (engine: Engine) => {
    const log = await logs.read(name);
    const isBack = log ? engine.importLog(log) : false;
    for (const { key } of fields) {
      const value = answers[key];
      const isSame = isBack && JSON.stringify(engine.value(key)) === JSON.stringify(value);
      if (value && !isSame) engine.setValue(key, value);
      told.current[key] = value ?? {};
    }
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins anew
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const engine = new Engine(element, { foot: FOOT });
    const shown = new Image();
    let isGone = false;
    const note = () => {
      const { tool, brush, canUndo, canRedo, draft } = engine;
      setDrawing((before) => ({ engine, tool, brush, canUndo, canRedo, hasDraft: draft !== null, magnified: before?.magnified ?? null }));
    };
    setFailed(false);
    shown.src = image.url;
    shown
      .decode()
      .then(async () => {
        if (isGone) return;
        engine.setFields(fields.map(drawn));
        engine.load(shown, { width: image.width, height: image.height });
        await begin(engine);
        if (isGone) return;
        engine.on("change", ({ fields: keys }) => {
          change(engine, keys);
          note();
        });
        engine.on("tool", note);
        engine.on("refusal", ({ reason }) => refuse(reason));
        engine.on("magnify", (magnified) => setDrawing((before) => before && { ...before, magnified }));
        note();
      })
      .catch(() => !isGone && setFailed(true));
    return () => {
      isGone = true;
      engine.destroy();
      setDrawing(undefined);
    };
  }, [image.url, image.width, image.height, fields, attempt]);

  // What was changed elsewhere, in the list beside the picture or in another tab.
  const engine = drawing?.engine;
  useEffect(() => {
    if (!engine) return;
    for (const { key } of fields) {
      const value = answers[key] ?? {};
      if (told.current[key] === value || JSON.stringify(told.current[key] ?? {}) === JSON.stringify(value)) continue;
      told.current[key] = value;
      engine.setValue(key, value);
    }
  }, [engine, answers, fields]);

  return { host, drawing, hasFailed, retry: () => setAttempt((before) => before + 1) };
}

function drawn({ __typename, key, label, classes }: ShapeField): Drawn {
  return { key, label, classes, kind: KIND[__typename] };
}
