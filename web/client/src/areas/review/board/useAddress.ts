import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent } from "react";
import { forget, select, useBoard } from "./store";

const route = getRouteApi("/signed-in/review/board");

/** Keeps the selected card and the order in the address, so that it can be shared, and the way back closes it. */
export function useAddress(): void {
  const navigate = useNavigate();
  const { card, order } = route.useSearch();
  const selected = useBoard((state) => state.selected);
  const isOldest = useBoard((state) => state.filter.order === "OLDEST");

  const start = useEffectEvent(() => {
    if (card) select(card);
    const { filter } = useBoard.getState();
    if (order && !filter.order) forget({ ...filter, order: "OLDEST" });
  });
  useEffect(() => {
    start();
    const back = () => select(new URLSearchParams(location.search).get("card"));
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);

  const write = useEffectEvent(() => {
    if ((card ?? null) === selected && (order === "oldest") === isOldest) return;
    // The way from card to card is no history worth keeping, the way from the board to a card is.
    void navigate({
      to: "/review/board",
      search: { card: selected ?? undefined, order: isOldest ? ("oldest" as const) : undefined },
      replace: Boolean(card) || !selected,
      resetScroll: false,
      viewTransition: false,
    });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: written when another card is selected, or another order chosen
  useEffect(() => write(), [selected, isOldest]);
}
