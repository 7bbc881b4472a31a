import { useState } from "react";
import { useLive } from "@/api/live";
import { LIVE_PROGRESS, type Progress, type ProjectRow } from "./documents";

/** How far a project is, as it is now. `onChange` is told of every change, for what else may have changed with it. */
export function useProgress(
  { id, state, progress }: Pick<ProjectRow, "id" | "state" | "progress">,
  onChange?: () => void,
): Progress | null {
  const [live, setLive] = useState<Progress | null>(null);
  useLive(LIVE_PROGRESS, {
    variables: { projectId: id },
    // Of a closed project only the last verdicts are missing: reading it says them.
    isPaused: state === "CLOSED",
    onEvent: ({ projectProgress }) => {
      setLive(projectProgress);
      onChange?.();
    },
  });
  return live ?? progress;
}
