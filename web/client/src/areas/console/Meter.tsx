import { useLingui } from "@lingui/react/macro";
import { useFormat } from "@/ui/format";
import type { Progress } from "./documents";

export type Part = { key: "approved" | "inReview" | "leased" | "open" | "waiting"; count: number; color: string };

/** The answers that a project wants, by where they stand. */
export function partsOf({ items, approved, inReview, tasksLeased, tasksOpen }: Progress, overlap: number): Part[] {
  const wanted = Math.max(items * overlap, approved + inReview + tasksLeased + tasksOpen);
  const known: Part[] = [
    { key: "approved", count: approved, color: "bg-good" },
    { key: "inReview", count: inReview, color: "bg-accent" },
    { key: "leased", count: tasksLeased, color: "bg-warning" },
    { key: "open", count: tasksOpen, color: "bg-muted/45" },
  ];
  const rest = wanted - known.reduce((sum, { count }) => sum + count, 0);
  return [...known, { key: "waiting", count: rest, color: "bg-line" }];
}

/** One bar of all the answers that are wanted: approved, in review, being worked on, open, waiting. */
export function Meter({ progress, overlap, className = "h-1.5" }: { progress: Progress; overlap: number; className?: string }) {
  const { t } = useLingui();
  const format = useFormat();
  const parts = partsOf(progress, overlap);
  const wanted = parts.reduce((sum, { count }) => sum + count, 0);
  const share = wanted > 0 ? progress.approved / wanted : 0;
  return (
    <span
      role="img"
      aria-label={t`${format.share(share)} of the answers are approved`}
      className={`flex w-full gap-px overflow-hidden rounded-full bg-line ${className}`}
    >
      {parts.map(({ key, count, color }) =>
        count > 0 && key !== "waiting" ? (
          <span
            key={key}
            className={`${color} min-w-0.5 transition-[width] duration-220`}
            style={{ width: `${(100 * count) / wanted}%` }}
          />
        ) : null,
      )}
    </span>
  );
}
