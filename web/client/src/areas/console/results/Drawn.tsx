import { useLingui } from "@lingui/react/macro";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Answers } from "@/editor/answers";
import type { ImageBlock, ShapeField } from "@/editor/documents";
import { Engine } from "@/engine/engine";
import type { ShapeKind } from "@/engine/shapes";
import { IconButton } from "@/ui/Button";

type Props = { image: ImageBlock; fields: readonly ShapeField[]; answers: readonly { id: string; answers: Answers }[] };

const KINDS: Record<ShapeField["__typename"], ShapeKind> = { BoxField: "box", PolygonField: "polygon", MaskField: "mask" };
/** Several answers over each other: the first as it is, the others dashed. */
const DASHES = [[], [6, 4], [2, 4], [10, 4, 2, 4]];

/** An item's picture with answers drawn over it by the drawing engine, to look at and to zoom into. */
export function Drawn({ image, fields, answers }: Props) {
  const { t } = useLingui();
  const host = useRef<HTMLDivElement>(null);
  const [engine, setEngine] = useState<Engine>();

  useEffect(() => {
    const picture = new Image();
    const made = new Engine(host.current!, { readOnly: true });
    let isGone = false;
    picture.src = image.url;
    picture.decode().then(
      () => {
        if (isGone) return;
        made.load(picture, { width: image.width, height: image.height });
        setEngine(made);
      },
      () => {},
    );
    return () => {
      isGone = true;
      made.destroy();
    };
  }, [image.url, image.width, image.height]);

  useEffect(() => {
    if (!engine) return;
    engine.setFields(fields.map(({ key, label, classes, __typename }) => ({ key, label, classes, kind: KINDS[__typename] })));
    for (const [index, { id, answers: given }] of answers.entries()) {
      const drawn = fields.flatMap(({ key }) => (given[key] ? [{ field: key, value: given[key] }] : []));
      engine.setOverlay(id, drawn, { dash: DASHES[index % DASHES.length], ...(index > 0 && { fill: 0.08, letters: false }) });
    }
    return () => {
      for (const { id } of answers) engine.setOverlay(id, null);
    };
  }, [engine, fields, answers]);

  return (
    <div className="relative bg-stage">
      <div
        ref={host}
        role="img"
        aria-label={image.alt || t`The item's picture with the answers drawn over it`}
        className="relative h-[min(32rem,60dvh)] w-full touch-none overflow-hidden"
      />
      <div className="absolute right-2 bottom-2 flex gap-1 rounded-8 bg-stage/80 p-0.5 text-[#E8EBF0] [&_button]:text-[#E8EBF0] [&_button:hover]:bg-white/15">
        <IconButton label={t`Closer`} onClick={() => engine?.zoomBy(1.4)}>
          <ZoomIn className="size-4" aria-hidden />
        </IconButton>
        <IconButton label={t`Farther`} onClick={() => engine?.zoomBy(1 / 1.4)}>
          <ZoomOut className="size-4" aria-hidden />
        </IconButton>
        <IconButton label={t`Fit`} onClick={() => engine?.fit()}>
          <Maximize className="size-4" aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}
