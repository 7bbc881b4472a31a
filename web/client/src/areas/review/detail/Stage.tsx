import { Trans, useLingui } from "@lingui/react/macro";
import { Eye, EyeOff, ImageOff, Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { isShapeField } from "@/editor/answers";
import { marksOf } from "@/editor/conflicts";
import type { Conflict, Field, ImageBlock, ServedAnswer } from "@/editor/documents";
import { Engine } from "@/engine/engine";
import type { ShapeField, ShapesValue } from "@/engine/shapes";
import { useFormat } from "@/ui/format";
import { Loading, Skeleton } from "@/ui/States";
import { classes } from "@/ui/words";
import { useReviewKeys } from "../board/keys";
import { DASHES } from "./dashes";
import type { Answered } from "./documents";
import { pictureOf } from "./pictures";

type Props = {
  image: ImageBlock;
  form: readonly Field[];
  answers: readonly ServedAnswer[];
  /** Laid over it, each with dashes of its own. */
  others: readonly Answered[];
  conflicts: readonly Conflict[];
};

const KIND = { BoxField: "box", PolygonField: "polygon", MaskField: "mask" } as const;
const STEP = 1.5;

/** The picture with the answer over it, to look at: zoom, drag, hide, fade. */
export function Stage({ image, form, answers, others, conflicts }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const host = useRef<HTMLDivElement>(null);
  const [engine, setEngine] = useState<Engine | null>(null);
  const [shownUrl, setShownUrl] = useState<string | null>(null);
  const [brokenUrl, setBrokenUrl] = useState<string | null>(null);
  const [isHidden, setHidden] = useState(false);
  const [opacity, setOpacity] = useState(1);
  const [zoom, setZoom] = useState(1);
  const fields = useMemo(() => form.flatMap(drawn), [form]);
  const { url, width, height } = image;

  useEffect(() => {
    if (!host.current) return;
    const made = new Engine(host.current, { readOnly: true });
    made.on("zoom", ({ scale }) => setZoom(scale));
    setEngine(made);
    return () => made.destroy();
  }, []);

  useEffect(() => {
    let isOver = false;
    if (!engine) return;
    pictureOf(url).then(
      (picture) => {
        if (isOver) return;
        engine.load(picture, { width, height });
        engine.setFields(fields);
        for (const { key, value } of answers) if (fields.some((field) => field.key === key)) engine.setValue(key, value as ShapesValue);
        setShownUrl(url);
        setBrokenUrl(null);
      },
      () => !isOver && setBrokenUrl(url),
    );
    return () => {
      isOver = true;
    };
  }, [engine, url, width, height, fields, answers]);

  useEffect(() => {
    if (!engine || shownUrl !== url) return;
    for (const [index, { id, answers }] of others.entries()) {
      const values = answers
        .filter(({ key }) => fields.some((field) => field.key === key))
        .map(({ key, value }) => ({ field: key, value: value as ShapesValue }));
      engine.setOverlay(id, values, { dash: DASHES[index % DASHES.length], fill: 0.06, letters: false });
    }
    return () => {
      for (const { id } of others) engine.setOverlay(id, null);
    };
  }, [engine, shownUrl, url, others, fields]);

  useEffect(() => {
    if (!engine || shownUrl !== url) return;
    const marks = marksOf(conflicts);
    for (const { key, sign, value, style } of marks) engine.setOverlay(`conflict ${sign}`, [{ field: key, value }], { ...style, sign });
    return () => {
      for (const { sign } of marks) engine.setOverlay(`conflict ${sign}`, null);
    };
  }, [engine, shownUrl, url, conflicts]);

  useEffect(() => {
    engine?.setDisplay({ hidden: isHidden, opacity });
  }, [engine, isHidden, opacity]);

  const zoomBy = (factor: number) => engine?.zoomBy(factor);
  useReviewKeys({
    overlay: () => setHidden((before) => !before),
    fit: () => engine?.fit(),
    closer: () => zoomBy(STEP),
    farther: () => zoomBy(1 / STEP),
  });

  const isBroken = brokenUrl === url;
  return (
    <div className="relative flex h-[46dvh] min-h-0 flex-col bg-stage desk:h-auto desk:grow">
      <div
        ref={host}
        role="img"
        aria-label={image.alt || t`The picture with the answer drawn over it`}
        className="relative min-h-0 grow overflow-hidden"
      />
      {isBroken && (
        <p role="alert" className="absolute inset-0 grid place-content-center justify-items-center gap-2 text-[#98A2B3]">
          <ImageOff className="size-6" aria-hidden />
          <Trans>The picture could not be loaded.</Trans>
        </p>
      )}
      {!isBroken && shownUrl !== url && (
        <div className="absolute inset-0 grid place-items-center bg-stage p-8">
          <Loading>
            <Skeleton className="h-40 w-64 opacity-20" />
          </Loading>
        </div>
      )}
      <div className="flex min-h-11 shrink-0 items-center gap-1 border-[#2A303B] border-t px-2 text-[#98A2B3] desk:min-h-9">
        {fields.length > 0 && (
          <>
            <StageButton
              label={isHidden ? t`Show the answer (O)` : t`Hide the answer (O)`}
              onClick={() => setHidden(!isHidden)}
              isOn={isHidden}
            >
              {isHidden ? <EyeOff className="size-4" aria-hidden /> : <Eye className="size-4" aria-hidden />}
            </StageButton>
            <input
              type="range"
              min={10}
              max={100}
              value={Math.round(opacity * 100)}
              onChange={(event) => setOpacity(Number(event.target.value) / 100)}
              aria-label={t`Opacity of the answer`}
              className="h-8 w-24 accent-[#8B93FF]"
            />
          </>
        )}
        <span className="ml-auto text-12">{format.share(zoom)}</span>
        <StageButton label={t`Farther (−)`} onClick={() => zoomBy(1 / STEP)}>
          <ZoomOut className="size-4" aria-hidden />
        </StageButton>
        <StageButton label={t`Closer (+)`} onClick={() => zoomBy(STEP)}>
          <ZoomIn className="size-4" aria-hidden />
        </StageButton>
        <StageButton label={t`The whole picture (0)`} onClick={() => engine?.fit()}>
          <Maximize className="size-4" aria-hidden />
        </StageButton>
      </div>
    </div>
  );
}

type StageButtonProps = { label: string; onClick: () => void; isOn?: boolean; children: ReactNode };

/** The stage is dark in both themes, and so are its buttons. */
function StageButton({ label, onClick, isOn, children }: StageButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-label={label}
      aria-pressed={isOn}
      title={label}
      className={classes(
        "grid size-11 place-items-center rounded-8 outline-[#8B93FF] transition-colors duration-120 hover:bg-[#1C212A] hover:text-[#E8EBF0] desk:size-8",
        isOn && "bg-[#22264A] text-[#E8EBF0]",
      )}
    >
      {children}
    </button>
  );
}

function drawn(field: Field): ShapeField[] {
  if (!isShapeField(field)) return [];
  return [{ key: field.key, kind: KIND[field.__typename], label: field.label, classes: field.classes }];
}
