import type { ComponentProps } from "react";

/** What scrolls by itself, and so can be reached by keys. */
export function Scroll(props: ComponentProps<"section"> & { "aria-label": string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keys
  return <section {...props} tabIndex={0} />;
}
