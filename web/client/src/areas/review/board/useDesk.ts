import { useSyncExternalStore } from "react";

const desk = matchMedia("(min-width: 800px)");

/** Whether there is room for things side by side: the `desk` of the style sheet. */
export function useDesk(): boolean {
  return useSyncExternalStore(
    (changed) => {
      desk.addEventListener("change", changed);
      return () => desk.removeEventListener("change", changed);
    },
    () => desk.matches,
  );
}
