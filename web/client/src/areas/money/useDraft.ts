import { useState } from "react";
import type { Scalar } from "@/api/graphql";

/** What is being asked for. The key stays with the same input, so that asking again, because no answer came, asks for the same. */
export type Draft = { coin: Scalar<"Coin">; amount: string; address: string; key: string };

const EMPTY = { coin: "LTC", amount: "", address: "" } as const;

/** Kept on this device until the withdrawal is there, whatever becomes of the tab. */
export function useDraft(viewerId: string): { draft: Draft; change: (to: Partial<Omit<Draft, "key">>) => void; forget: () => void } {
  const place = `tidemark.withdraw.${viewerId}`;
  const [draft, setDraft] = useState<Draft>(() => read(place) ?? { ...EMPTY, key: crypto.randomUUID() });
  const keep = (next: Draft) => {
    setDraft(next);
    localStorage.setItem(place, JSON.stringify(next));
  };
  return {
    draft,
    change: (to) => keep({ ...draft, ...to, key: crypto.randomUUID() }),
    forget: () => localStorage.removeItem(place),
  };
}

function read(place: string): Draft | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "null") as Partial<Draft> | null;
    const { coin, amount, address, key } = kept ?? {};
    if ((coin === "LTC" || coin === "BCH") && [amount, address, key].every((each) => typeof each === "string")) return kept as Draft;
  } catch {
    // Not ours: begin anew.
  }
  return undefined;
}
