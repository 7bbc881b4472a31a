import { useEffect } from "react";
import { useQuery } from "urql";
import { HOT_WALLETS } from "./documents";

const LOOK_MS = 15_000;

/** The purses, looked at again and again: nothing tells of them. */
export function useHotWallets() {
  const [{ data, error }, again] = useQuery({ query: HOT_WALLETS, requestPolicy: "cache-and-network" });
  useEffect(() => {
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), LOOK_MS);
    return () => clearInterval(timer);
  }, [again]);
  return { wallets: data?.hotWallets, error, again: () => again({ requestPolicy: "network-only" }) };
}
