import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { COLUMNS } from "./board";
import type { Shown } from "./intents";
import { useBoard } from "./store";

/** More than that at once nobody follows with their eyes. */
const MOST_MOVED = 24;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * The columns as they are drawn. Cards that change columns glide there by View Transition; what happens while one runs comes with the
 * next, since a second one would cut it short.
 */
export function useColumns(): Shown {
  const [columns, setColumns] = useState(() => useBoard.getState().columns);
  useEffect(() => {
    let drawn = useBoard.getState().columns;
    let isRunning = false;
    let isOver = false;
    const draw = () => {
      const next = useBoard.getState().columns;
      if (isRunning || isOver || next === drawn) return;
      const moved = movedBetween(drawn, next);
      drawn = next;
      if (moved.length === 0 || calm.matches || document.hidden || !document.startViewTransition) {
        setColumns(next);
        return;
      }
      isRunning = true;
      name(moved);
      document.documentElement.dataset.moving = "cards";
      const { ready, updateCallbackDone, finished } = document.startViewTransition(() => {
        flushSync(() => setColumns(next));
        name(moved);
      });
      // A transition that another one cut short, or that a hidden page skips, rejects; the columns are drawn all the same.
      for (const promise of [ready, updateCallbackDone]) promise.catch(() => {});
      void finished
        .catch(() => {})
        .then(() => {
          unname();
          delete document.documentElement.dataset.moving;
          isRunning = false;
          draw();
        });
    };
    setColumns(drawn);
    const unsubscribe = useBoard.subscribe(draw);
    return () => {
      isOver = true;
      unsubscribe();
    };
  }, []);
  return columns;
}

function movedBetween(before: Shown, after: Shown): string[] {
  const was = new Map(COLUMNS.flatMap((column) => before[column].map(({ key }) => [key, column] as const)));
  return COLUMNS.flatMap((column) => after[column].flatMap(({ key }) => (was.has(key) && was.get(key) !== column ? key : []))).slice(
    0,
    MOST_MOVED,
  );
}

/** Only while they move: named elements are costly, and each name may be on the page once. */
function name(keys: readonly string[]): void {
  for (const [index, key] of keys.entries()) {
    const element = document.querySelector<HTMLElement>(`[data-card="${CSS.escape(key)}"]`);
    if (element) element.style.viewTransitionName = `card-${index}`;
  }
}

function unname(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-card]")) element.style.viewTransitionName = "";
}
