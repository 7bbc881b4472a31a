import { useEffect, useState } from "react";
import { useClient } from "urql";
import type { Scalar } from "@/api/graphql";
import { said } from "@/ui/said";
import { looksLike } from "./address";
import { CHECK_ADDRESS } from "./documents";

export type AddressCheck = { kind: "none" | "unfinished" | "foreign" | "waiting" | "unknown" } | { kind: "good" | "refused"; told: string };

const TYPING_MS = 350;

/** What is known of the address so far: its looks at once, the server's word when the typing rests. */
export function useAddressCheck(coin: Scalar<"Coin">, address: string): AddressCheck {
  const client = useClient();
  const asked = `${coin} ${address}`;
  const [answer, setAnswer] = useState<{ asked: string; check: AddressCheck }>();
  const look = address ? looksLike(coin, address) : "none";

  useEffect(() => {
    // What is far too long is no address of any form.
    if (look === "none" || look === "unfinished" || address.length > 200) return;
    let isOver = false;
    const timer = setTimeout(async () => {
      const { data } = await client.query(CHECK_ADDRESS, { coin, address }, { requestPolicy: "cache-first" }).toPromise();
      if (isOver) return;
      const { canonical, problem } = data?.checkAddress ?? {};
      // Without an answer it is checked when it is asked for.
      setAnswer({
        asked,
        check: canonical ? { kind: "good", told: canonical } : problem ? { kind: "refused", told: said(problem) } : { kind: "unknown" },
      });
    }, TYPING_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, coin, address, look, asked]);

  if (look === "none" || look === "unfinished") return { kind: look };
  if (answer?.asked === asked) return answer.check;
  return { kind: look === "foreign" ? "foreign" : "waiting" };
}
