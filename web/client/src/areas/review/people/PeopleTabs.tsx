import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useViewer } from "@/api/session";

/** The pages about people: who they are, what looks like fraud, what they say against a restriction, whose rejections do not stand. */
export function PeopleTabs() {
  const { t } = useLingui();
  const { roles } = useViewer();
  const tabs = [
    { to: "/review/people", label: <Trans>Everybody</Trans> },
    { to: "/review/people/signals", label: <Trans>Signals of fraud</Trans> },
    ...(roles.includes("MODERATOR") ? [{ to: "/review/people/appeals", label: <Trans>Appeals</Trans> } as const] : []),
    ...(roles.includes("ADMIN") ? [{ to: "/review/people/overturned", label: <Trans>Overturned</Trans> } as const] : []),
  ] as const;
  return (
    <nav
      aria-label={t`Pages about people`}
      className="-mx-4 -mt-3 mb-5 flex overflow-x-auto border-line border-b px-4 [scrollbar-width:none] desk:mx-0 desk:px-0"
    >
      {tabs.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          search={{}}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ className: "border-accent text-ink" }}
          inactiveProps={{ className: "border-transparent text-muted hover:text-ink" }}
          className="-mb-px flex min-h-11 shrink-0 items-center border-b-2 px-3 font-medium text-13 -outline-offset-2"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
