import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { OFFLINE } from "@/api/problem";
import { loadMissing, OutOfReach } from "@/ui/later";
import { Failed } from "@/ui/States";

/** In the place of a page that broke, or whose code did not come. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = useCallback(async () => {
    await loadMissing();
    reset();
    await router.invalidate();
  }, [router, reset]);
  const reference = error instanceof Error ? error.message : String(error);
  const problem = error instanceof OutOfReach ? { code: OFFLINE } : { code: "PAGE", reference };
  return <Failed isPage problem={{ message: "", path: [], ...problem }} retry={() => void retry()} />;
}
