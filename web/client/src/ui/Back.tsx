import { createLink } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ComponentProps } from "react";

function Anchor({ children, ...rest }: ComponentProps<"a">) {
  return (
    <a {...rest} className="-mt-4 mb-4 inline-flex min-h-11 items-center gap-1 text-13 text-accent">
      <ChevronLeft className="size-4" aria-hidden />
      {children}
    </a>
  );
}

/** To the page above, beneath the heading. */
export const Back = createLink(Anchor);
