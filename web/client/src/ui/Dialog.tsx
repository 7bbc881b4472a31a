import { Dialog as Base } from "@base-ui/react/dialog";
import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./Button";
import { classes } from "./words";

type Props = {
  isOpen: boolean;
  onClose?: () => void;
  title: ReactNode;
  children: ReactNode;
  /** A sheet from below on a phone, from the right on a desk; else a card in the middle. */
  isSheet?: boolean;
};

export function Dialog({ isOpen, onClose, title, children, isSheet = false }: Props) {
  const { t } = useLingui();
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose?.()} disablePointerDismissal={!onClose}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40 transition-opacity duration-220 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup
          className={classes(
            "fixed z-40 flex flex-col border-line bg-raised shadow-float transition-[translate,opacity] duration-220 ease-out",
            "inset-x-0 bottom-0 max-h-[88dvh] rounded-t-16 border-t data-[ending-style]:translate-y-full data-[starting-style]:translate-y-full",
            isSheet
              ? "desk:inset-y-0 desk:right-0 desk:left-auto desk:max-h-none desk:w-110 desk:rounded-none desk:border-t-0 desk:border-l desk:data-[ending-style]:translate-x-full desk:data-[ending-style]:translate-y-0 desk:data-[starting-style]:translate-x-full desk:data-[starting-style]:translate-y-0"
              : "desk:inset-x-auto desk:top-1/2 desk:bottom-auto desk:left-1/2 desk:w-full desk:max-w-120 desk:-translate-x-1/2 desk:-translate-y-1/2 desk:rounded-16 desk:border desk:data-[ending-style]:-translate-y-1/2 desk:data-[ending-style]:opacity-0 desk:data-[starting-style]:-translate-y-1/2 desk:data-[starting-style]:opacity-0",
          )}
        >
          <header className="flex min-h-14 shrink-0 items-center gap-2 border-line border-b py-1 pr-2 pl-4">
            <Base.Title className="grow text-16">{title}</Base.Title>
            {onClose && (
              <IconButton label={t`Close`} onClick={onClose}>
                <X className="size-4" aria-hidden />
              </IconButton>
            )}
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
          <div className="min-h-0 overflow-y-auto overscroll-contain p-4 pb-[calc(16px+env(safe-area-inset-bottom))]" tabIndex={0}>
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
