import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent } from "react";
import { select, useBoard } from "./store";

const route = getRouteApi("/signed-in/review/board");

/** Keeps the selected card in the address, so that it can be shared, and the way back closes it. */
export function useAddress(): void {
  const navigate = useNavigate();
  const { card } = route.useSearch();
  const selected = useBoard((state) => state.selected);

  const start = useEffectEvent(() => card && select(card));
  useEffect(() => {
    start();
    const back = () => select(new URLSearchParams(location.search).get("card"));
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);

  const write = useEffectEvent(() => {
    if ((card ?? null) === selected) return;
    // The way from card to card is no history worth keeping, the way from the board to a card is.
    void navigate({
      to: "/review/board",
      search: { card: selected ?? undefined },
      replace: Boolean(card) || !selected,
      resetScroll: false,
      viewTransition: false,
    });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: written when another card is selected
  useEffect(() => write(), [selected]);
}
