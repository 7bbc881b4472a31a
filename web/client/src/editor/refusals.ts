import { useLingui } from "@lingui/react/macro";
import type { RefusalReason } from "@/engine";

/** Why a shape was not taken. */
export function useRefusalWords(): Record<RefusalReason, string> {
  const { t } = useLingui();
  return {
    "few-corners": t`An outline needs at least three corners.`,
    "many-corners": t`This outline has too many corners.`,
    twice: t`Two corners are in the same place.`,
    folds: t`The outline folds back on itself.`,
    crosses: t`The outline crosses itself.`,
    "many-shapes": t`There are too many shapes on this picture.`,
    "many-corners-in-all": t`There are too many corners on this picture.`,
  };
}
