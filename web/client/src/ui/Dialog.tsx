import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { IconButton } from "./Button";
import { classes } from "./words";

type Props = {
  isOpen: boolean;
  /** Without it the dialog stays until what it asks for is done. */
  onClose?: () => void;
  title: ReactNode;
  children: ReactNode;
  /** From the right on a desk; else a card in the middle. A sheet from below on a phone, either way. */
  isSheet?: boolean;
};

/** The browser's own modal dialog: it keeps the focus, and gives it back. */
export function Dialog({ isOpen, ...props }: Props) {
  return isOpen ? <Opened {...props} /> : null;
}

function Opened({ onClose, title, children, isSheet = false }: Omit<Props, "isOpen">) {
  const { t } = useLingui();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Closed before it leaves the page: what is gone gives no focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const pressed = (event: MouseEvent) => event.target === dialog.current && onClose?.();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClick={pressed}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      className={classes(
        "m-0 mt-auto flex w-full max-w-none animate-sheet flex-col rounded-t-16 border-line border-t bg-raised p-0 text-ink shadow-float backdrop:animate-fade backdrop:bg-black/40",
        isSheet
          ? "max-h-[88dvh] desk:ml-auto desk:h-dvh desk:max-h-none desk:w-110 desk:animate-drawer desk:rounded-none desk:border-t-0 desk:border-l"
          : "max-h-[88dvh] desk:m-auto desk:max-w-120 desk:animate-rise desk:rounded-16 desk:border",
      )}
    >
      <header className="flex min-h-14 shrink-0 items-center gap-2 border-line border-b py-1 pr-2 pl-4">
        <h2 id={id} className="grow text-16">
          {title}
        </h2>
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
    </dialog>
  );
}
