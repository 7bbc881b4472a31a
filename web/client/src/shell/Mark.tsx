/** The mark: two tide lines. */
export function Mark({ className }: { className: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M6 13c3.3-3.6 6.7-3.6 10 0s6.7 3.6 10 0M6 20c3.3-3.6 6.7-3.6 10 0s6.7 3.6 10 0"
        className="stroke-on-accent"
        fill="none"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
