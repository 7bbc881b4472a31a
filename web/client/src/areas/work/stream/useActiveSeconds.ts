import { useEffect, useRef } from "react";

const IDLE_MS = 45_000;
const TICK_MS = 250;

/** Seconds that somebody really worked on what is named by `key`: in view, and with a sign of life within the last three quarters of a minute. */
export function useActiveSeconds(key: string): () => number {
  const milliseconds = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each task begins at nought
  useEffect(() => {
    milliseconds.current = 0;
    let sign = performance.now();
    let last = sign;
    const live = () => {
      sign = performance.now();
    };
    const timer = setInterval(() => {
      const now = performance.now();
      if (document.visibilityState === "visible" && now - sign < IDLE_MS) milliseconds.current += Math.min(now - last, 2 * TICK_MS);
      last = now;
    }, TICK_MS);
    const signs = ["pointerdown", "pointermove", "keydown", "wheel"] as const;
    for (const name of signs) window.addEventListener(name, live, { passive: true });
    return () => {
      clearInterval(timer);
      for (const name of signs) window.removeEventListener(name, live);
    };
  }, [key]);
  return () => Math.round(milliseconds.current / 100) / 10;
}
