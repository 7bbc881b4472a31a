import { useLayoutEffect, useRef } from "react";
import type { Magnified } from "@/engine";

const SIZE = 112;
const ABOVE = 64;

/** What the finger covers, above it; beside it where there is no room above. */
export function Magnifier({ magnified }: { magnified: Magnified }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (canvas.current) magnified.paint(canvas.current);
  }, [magnified]);
  const { x, y } = magnified.at;
  const hasRoom = y > SIZE + ABOVE;
  return (
    <canvas
      ref={canvas}
      width={SIZE * devicePixelRatio}
      height={SIZE * devicePixelRatio}
      aria-hidden
      className="pointer-events-none absolute rounded-full border-2 border-[#E8EBF0] shadow-float"
      style={{
        width: SIZE,
        height: SIZE,
        left: hasRoom ? x - SIZE / 2 : x > SIZE + ABOVE ? x - SIZE - ABOVE : x + ABOVE,
        top: hasRoom ? y - SIZE - ABOVE : Math.max(4, y - SIZE / 2),
      }}
    />
  );
}
