import type { ReactNode } from "react";
import { classes } from "@/ui/words";

/**
 * The editor takes the shape of the screen; in here it takes that of its frame: beside each other where there is room, one below the other
 * as on a phone where there is not.
 */
export function EditorFrame({ isWide, children }: { isWide: boolean; children: ReactNode }) {
  return (
    <div
      className={classes(
        "flex flex-col",
        isWide
          ? "desk:h-[min(44rem,80dvh)]"
          : "[&>div]:flex-col! [&_[data-stage]>*]:min-h-0 [&_[data-stage]>div:first-child]:h-72! [&_[data-stage]>div:first-child]:flex-none! [&_section]:w-full! [&_section]:border-l-0! [&_section>div:last-child]:pb-3!",
      )}
    >
      {children}
    </div>
  );
}
