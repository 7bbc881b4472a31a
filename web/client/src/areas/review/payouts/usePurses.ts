import { useEffect, useEffectEvent, useState } from "react";
import { useLive } from "@/api/live";
import type { Problem } from "@/api/problem";
import { HOT_WALLETS, type HotWallet } from "./documents";

/** As many as the lists of payouts ask for at once. */
const A_PAGE = 20;

/** The purses as they stand, for admins; `turn` grows whenever anything about payouts is another than before. */
export function usePurses({ isPaused = false } = {}) {
  const [told, setTold] = useState<{ wallets: readonly HotWallet[] | null; turn: number }>({ wallets: null, turn: 0 });
  const [problem, setProblem] = useState<Problem>();
  useLive(HOT_WALLETS, {
    variables: {},
    isPaused,
    onEvent: ({ hotWallets }) => setTold(({ turn }) => ({ wallets: hotWallets, turn: turn + 1 })),
    onRefused: setProblem,
  });
  return { ...told, problem };
}

/** Reads a list again with every turn; who has gone further down it is not taken back to its top. */
export function useFresh({ nodes, again }: { nodes: readonly unknown[] | null; again: () => void }, turn: number): void {
  const read = useEffectEvent(() => {
    if (nodes && nodes.length <= A_PAGE) again();
  });
  useEffect(() => {
    // What the first tells of was read just now.
    if (turn > 1) read();
  }, [turn]);
}
