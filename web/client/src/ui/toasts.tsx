import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { create } from "zustand";
import { IconButton } from "./Button";
import { classes } from "./words";

type Toast = {
  id: string;
  key: string;
  tone: "good" | "bad" | "plain";
  title: ReactNode;
  detail?: ReactNode;
  action?: ReactNode;
  milliseconds: number;
};

const AT_ONCE = 4;
const useToasts = create<{ toasts: Toast[] }>(() => ({ toasts: [] }));

/** Shows a toast; one of the same id replaces the earlier one, so that an event that is told twice is shown once. */
export function toast(given: Omit<Toast, "milliseconds" | "id" | "key"> & { id?: string; milliseconds?: number }): string {
  // What replaces another has its own time.
  const key = crypto.randomUUID();
  const shown: Toast = { milliseconds: 6_000, id: key, ...given, key };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.filter(({ id }) => id !== shown.id), shown].slice(-AT_ONCE) }));
  return shown.id;
}

export function dismiss(id: string): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));
}

export function Toasts() {
  const { t } = useLingui();
  const toasts = useToasts((state) => state.toasts);
  return (
    <section
      aria-label={t`Messages`}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 top-3 z-50 grid justify-items-center gap-2 desk:inset-x-auto desk:top-4 desk:right-4 desk:justify-items-end"
    >
      {toasts.map((each) => (
        <OneToast {...each} key={each.key} />
      ))}
    </section>
  );
}

function OneToast({ id, tone, title, detail, action, milliseconds }: Omit<Toast, "key">) {
  const { t } = useLingui();
  // Nobody is hurried who has gone to it, by mouse or by keys; a mouse that only rests where it appears has not.
  const [isHeld, hold] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => dismiss(id), milliseconds);
    return () => clearTimeout(timer);
  }, [id, milliseconds, isHeld]);
  const bar = { good: "bg-good", bad: "bg-bad", plain: "bg-accent" }[tone];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is done here, only waited
    <div
      onPointerMove={({ pointerType, movementX, movementY }) => pointerType === "mouse" && (movementX || movementY) && hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
      className="pointer-events-auto flex w-full max-w-90 animate-rise overflow-hidden rounded-12 border border-line bg-raised shadow-float"
    >
      <span className={classes("w-1 shrink-0", bar)} aria-hidden />
      <div className="grid min-w-0 grow gap-0.5 py-3 pl-3">
        <p className="font-medium">{title}</p>
        {detail && <p className="text-13 text-muted">{detail}</p>}
        {action && <div className="pt-1.5">{action}</div>}
      </div>
      <IconButton label={t`Dismiss`} onClick={() => dismiss(id)} className="shrink-0">
        <X className="size-4" aria-hidden />
      </IconButton>
    </div>
  );
}
