import type { ReactNode } from "react";
import { useEffect } from "react";
import { classes } from "./words";

type Props = { title: string; lead?: ReactNode; aside?: ReactNode; isNarrow?: boolean; children: ReactNode };

/** A page's heading and column. The title is the window's too. */
export function Page({ title, lead, aside, isNarrow = false, children }: Props) {
  useTitle(title);
  return (
    <div className={classes("mx-auto w-full px-4 pt-6 pb-12 desk:px-8 desk:pt-8", isNarrow ? "max-w-160" : "max-w-260")}>
      <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="grid gap-1">
          <h1 className="text-24">{title}</h1>
          {lead && <p className="text-muted">{lead}</p>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tidemark`;
  }, [title]);
}

export function Card({ children, className }: { children: ReactNode; className?: string }) {
  return <section className={classes("rounded-12 border border-line bg-surface", className)}>{children}</section>;
}
