import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useViewer } from "@/api/session";
import { type Area, areasOf, type Tab } from "@/areas/areas";
import { useFormat } from "@/ui/format";
import { classes } from "@/ui/words";
import { ConnectionPill } from "./ConnectionPill";
import { Mark } from "./Mark";

/** On a desk: the mark, the tabs, the other areas of a person with several roles, the connection. */
export function Rail({ tabs, area }: { tabs: Tab[]; area: Area | undefined }) {
  const { t } = useLingui();
  return (
    <header className="fixed inset-y-0 left-0 z-20 hidden w-19 flex-col items-center border-line border-r bg-surface py-3 desk:flex print:hidden">
      <a href="#content" className="sr-only focus:not-sr-only focus:p-2 focus:text-12">
        <Trans>Skip to content</Trans>
      </a>
      <Link to="/" aria-label={t`Start`} className="mb-3 rounded-12 p-1.5">
        <Mark className="size-8" />
      </Link>
      <nav aria-label={t`Pages`} className="grid w-full gap-1 px-1.5">
        {tabs.map((tab) => (
          <TabLink key={tab.to} {...tab} />
        ))}
      </nav>
      <div className="mt-auto grid w-full justify-items-center gap-3 px-1.5">
        <Areas current={area} className="grid w-full gap-1 border-line border-t pt-3 [&>a]:py-1.5" />
        <ConnectionPill isStacked />
      </div>
    </header>
  );
}

function Areas({ current, className }: { current: Area | undefined; className: string }) {
  const { t, i18n } = useLingui();
  const { roles } = useViewer();
  const areas = areasOf(roles);
  if (areas.length < 2) return null;
  return (
    <nav aria-label={t`Areas`} className={className}>
      {areas.map(({ name, home, label }) => (
        <Link
          key={name}
          to={home}
          className={classes(
            "rounded-8 text-center font-medium text-11 hover:bg-line/60",
            name === current?.name ? "text-accent" : "text-muted hover:text-ink",
          )}
        >
          {i18n._(label)}
        </Link>
      ))}
    </nav>
  );
}

/** On a phone: the mark, the areas of a person with several roles, what was earned where one earns, the connection. */
export function TopBar({ area }: { area: Area | undefined }) {
  const { t } = useLingui();
  const format = useFormat();
  const { wallet } = useViewer();
  return (
    <header className="sticky top-0 z-20 flex min-h-12 items-center gap-3 border-line border-b bg-surface/95 px-4 pt-[env(safe-area-inset-top)] backdrop-blur desk:hidden print:hidden">
      <Link to="/" aria-label={t`Start`} className="-m-1.5 rounded-12 p-1.5">
        <Mark className="size-7" />
      </Link>
      <Areas current={area} className="flex min-w-0 overflow-x-auto [&>a]:px-2 [&>a]:py-3" />
      <span className="ml-auto flex shrink-0 items-center gap-3">
        {area?.name === "work" && (
          <Link
            to="/earnings"
            className="flex min-h-11 items-center font-semibold"
            aria-label={t`Available: ${format.money(wallet.available)}`}
          >
            {format.money(wallet.available)}
          </Link>
        )}
        <ConnectionPill />
      </span>
    </header>
  );
}

export function BottomTabs({ tabs }: { tabs: Tab[] }) {
  const { t } = useLingui();
  return (
    <nav
      aria-label={t`Pages`}
      className="fixed inset-x-0 bottom-0 z-20 flex border-line border-t bg-surface/95 px-2 pb-[env(safe-area-inset-bottom)] backdrop-blur desk:hidden print:hidden"
    >
      {tabs.map((tab) => (
        <TabLink key={tab.to} {...tab} />
      ))}
    </nav>
  );
}

function TabLink({ to, label, icon: Icon }: Tab) {
  const { i18n } = useLingui();
  return (
    <Link
      to={to}
      activeProps={{ className: "text-accent desk:bg-soft" }}
      inactiveProps={{ className: "text-muted desk:hover:bg-line/60 desk:hover:text-ink" }}
      className="grid min-h-14 grow basis-0 content-center justify-items-center gap-1 rounded-8 font-medium text-11 transition-colors duration-120"
    >
      <Icon className="size-5" aria-hidden />
      {i18n._(label)}
    </Link>
  );
}
