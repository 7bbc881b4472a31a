import { createLink } from "@tanstack/react-router";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./words";

type Look = "primary" | "plain" | "quiet" | "danger";
type Size = "touch" | "small";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:brightness-110 active:brightness-95",
  plain: "border border-line bg-surface text-ink hover:bg-ground",
  quiet: "text-muted hover:bg-line/60 hover:text-ink",
  danger: "border border-bad/50 bg-surface text-bad hover:bg-bad/8",
};
const SIZES: Record<Size, string> = {
  touch: "min-h-11 px-4 text-14",
  small: "min-h-11 px-3 text-13 desk:min-h-8",
};

export function look(kind: Look = "plain", size: Size = "touch"): string {
  return classes(
    "flex select-none items-center justify-center gap-2 rounded-8 font-medium transition-[background-color,filter,opacity] duration-120",
    "disabled:opacity-50 aria-disabled:opacity-50",
    LOOKS[kind],
    SIZES[size],
  );
}

type Props = Omit<ComponentProps<"button">, "type"> & { kind?: Look; size?: Size; isBusy?: boolean; type?: "button" | "submit" };

export function Button({ kind, size, isBusy = false, className, children, disabled, type = "button", ...rest }: Props) {
  return (
    <button
      {...rest}
      type={type}
      className={classes(look(kind, size), className)}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
    >
      {isBusy && <LoaderCircle className="size-4 animate-[spin_1s_linear_infinite]" aria-hidden />}
      {children}
    </button>
  );
}

type IconProps = Omit<Props, "children" | "aria-label"> & { label: string; children: ReactNode };

/** A button that is a picture: 44 px to touch, 32 on a desk. */
export function IconButton({ label, className, children, kind = "quiet", ...rest }: IconProps) {
  return (
    <Button
      {...rest}
      kind={kind}
      aria-label={label}
      title={label}
      className={classes("!px-0 size-11 desk:!min-h-8 desk:size-8", className)}
    >
      {children}
    </Button>
  );
}

type AnchorProps = ComponentProps<"a"> & { kind?: Look; size?: Size };

function Anchor({ kind, size, className, ...rest }: AnchorProps) {
  return <a {...rest} className={classes(look(kind, size), className)} />;
}

/** A link that looks like a button. */
export const ButtonLink = createLink(Anchor);
