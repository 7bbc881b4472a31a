import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useEffect, useEffectEvent } from "react";
import { actionFor, DEFAULT_KEYS, type Engine, type Action as EngineAction } from "@/engine";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/toasts";
import type { Answers } from "./answers";
import { DrawingTools } from "./DrawingTools";
import type { ImageBlock, ShapeField } from "./documents";
import { useKeys, useShortcuts } from "./keys";
import { Magnifier } from "./Magnifier";
import { useRefusalWords } from "./refusals";
import { useEngine } from "./useEngine";

type Props = {
  /** The drawing's log is kept under this name. */
  name: string;
  image: ImageBlock;
  fields: readonly ShapeField[];
  answers: Answers;
  activeField: ShapeField | undefined;
  label: string;
  onChange: (values: Answers) => void;
  onEngine: (engine: Engine | undefined) => void;
};

/** What keys do on the picture itself, beside the ones that can be changed. */
const ON_PICTURE = new Set<EngineAction>(["back", "finish", "escape", "new-mask", "zoom-in", "zoom-out"]);

/** The item's picture with what is drawn on it, and the tools. */
export function ImageStage({ activeField, label, onEngine, ...given }: Props) {
  const { t } = useLingui();
  const words = useRefusalWords();
  const { host, drawing, hasFailed, retry } = useEngine({
    ...given,
    onRefusal: (reason) => toast({ id: "refusal", tone: "bad", title: words[reason] }),
  });
  const engine = drawing?.engine;
  const tell = useEffectEvent(onEngine);
  useEffect(() => {
    tell(engine);
    return () => tell(undefined);
  }, [engine]);
  useEffect(() => {
    if (!engine || !activeField) return;
    engine.setField(activeField.key);
    engine.setLabel(label);
  }, [engine, activeField, label]);

  const act = (action: EngineAction) => () => void engine?.perform(action);
  useShortcuts({
    select: act("select"),
    box: act("box"),
    polygon: act("polygon"),
    brush: act("brush"),
    eraser: act("eraser"),
    smaller: act("smaller"),
    larger: act("larger"),
    undo: act("undo"),
    redo: act("redo"),
    remove: act("delete"),
    duplicate: act("duplicate"),
    hide: act("hide"),
    fit: act("fit"),
  });
  const press = (event: KeyboardEvent) => {
    if (!engine || !useKeys.getState().areOn) return;
    if (event.key === " ") {
      engine.setGrab(true);
      return event.preventDefault();
    }
    const action = actionFor(event.nativeEvent, DEFAULT_KEYS);
    if (!action || !mayTake(action, engine)) return;
    if (engine.perform(action)) event.preventDefault();
  };

  return (
    <div className="relative h-[52dvh] min-h-0 overflow-hidden desk:h-auto desk:grow">
      <div
        ref={host}
        role="application"
        aria-roledescription={t`picture to draw on`}
        aria-label={given.image.alt || t`The picture`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the keys of the drawing
        tabIndex={0}
        onKeyDown={press}
        onKeyUp={(event) => event.key === " " && engine?.setGrab(false)}
        className="absolute inset-0 touch-none outline-offset-[-2px]"
      />
      {drawing?.magnified && <Magnifier magnified={drawing.magnified} />}
      {drawing && <DrawingTools drawing={drawing} fields={given.fields} />}
      {hasFailed && (
        <div role="alert" className="absolute inset-0 grid place-content-center justify-items-center gap-3 p-4 text-center text-[#E8EBF0]">
          <Trans>The picture did not load.</Trans>
          <Button onClick={retry}>
            <Trans>Try again</Trans>
          </Button>
        </div>
      )}
    </div>
  );
}

/** Tab goes through the shapes and, past the last one, on through the page: nobody is caught in the picture. */
function mayTake(action: EngineAction, engine: Engine): boolean {
  if (action.startsWith("nudge") || action.startsWith("resize")) return engine.selection !== null;
  if (action !== "next" && action !== "previous") return ON_PICTURE.has(action);
  const shapes = engine.shapes();
  const end = action === "next" ? shapes.at(-1) : shapes[0];
  if (!end || end.id !== engine.selection) return shapes.length > 0;
  engine.select(null);
  return false;
}
