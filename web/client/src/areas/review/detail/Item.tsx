import { useLingui } from "@lingui/react/macro";
import { type ReactNode, Suspense, useState } from "react";
import { AudioBlock } from "@/editor/AudioBlock";
import { imageOf } from "@/editor/answers";
import { later } from "@/ui/later";
import { classes } from "@/ui/words";
import { useReviewKeys } from "../board/keys";
import { Scroll } from "../Scroll";
import { BothSides } from "./AppealBar";
import { MarkedText } from "./MarkedText";
import { Side } from "./Side";
import type { Detail } from "./useLookedAt";

/** The drawing engine comes with the first card, not with the board. */
const Stage = later(() => import("./Stage"), "Stage");

const NOBODY: ReadonlySet<string> = new Set();

/** The item with the answer over it; beside it what was asked, what was seen of it, and what others said. */
export function Item({ detail, head }: { detail: Detail; head?: ReactNode }) {
  const { t } = useLingui();
  const { annotation, others, appeal } = detail;
  const { content } = annotation.item;
  const image = imageOf(content);
  const [laidOver, setLaidOver] = useState<{ of: string; ids: ReadonlySet<string> }>({ of: "", ids: NOBODY });
  const laid = laidOver.of === annotation.id ? laidOver.ids : NOBODY;
  const lay = (ids: Iterable<string>) => setLaidOver({ of: annotation.id, ids: new Set(ids) });
  const toggle = (id: string) => lay(laid.has(id) ? [...laid].filter((each) => each !== id) : [...laid, id]);
  useReviewKeys({
    others: () => {
      const at = others.findIndex(({ id }) => laid.has(id));
      const next = others[at + 1];
      lay(next ? [next.id] : []);
    },
  });
  const spanField = annotation.project.form.find((field) => field.__typename === "SpanField");
  const rest = content.filter((block) => block !== image);
  return (
    <div className="flex shrink-0 flex-col desk:min-h-0 desk:shrink desk:grow desk:flex-row">
      <div className="flex min-h-0 min-w-0 flex-col desk:grow">
        {image && (
          <Suspense fallback={<div className="h-[46dvh] bg-stage desk:h-auto desk:grow" />}>
            <Stage
              image={image}
              form={annotation.project.form}
              answers={annotation.answers}
              others={others.filter(({ id }) => laid.has(id))}
              conflicts={detail.conflicts}
            />
          </Suspense>
        )}
        {rest.length > 0 && (
          <Scroll
            aria-label={annotation.project.title}
            className={classes("grid content-start gap-3 overflow-y-auto p-4", image ? "max-h-60 shrink-0" : "grow desk:p-6")}
          >
            {content.map((block, index) => {
              const key = `${annotation.id}:${index}`;
              if (block === image) return null;
              if (block.__typename === "TextContent")
                return <MarkedText key={key} index={index} block={block} field={spanField} answers={annotation.answers} />;
              if (block.__typename === "AudioContent") return <AudioBlock key={key} url={block.url} seconds={block.seconds} />;
              return (
                <img
                  key={key}
                  src={block.url}
                  alt={block.alt}
                  width={block.width}
                  height={block.height}
                  className="max-h-100 w-auto rounded-8"
                />
              );
            })}
          </Scroll>
        )}
      </div>
      <Scroll
        aria-label={t`Answer and instructions`}
        className="shrink-0 border-line bg-surface desk:w-76 desk:overflow-y-auto desk:border-l"
      >
        <Side
          detail={detail}
          laid={laid}
          onLay={toggle}
          head={head ?? (appeal && <BothSides appeal={appeal} verdict={annotation.verdict} />)}
        />
      </Scroll>
    </div>
  );
}
