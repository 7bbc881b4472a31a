import { Trans } from "@lingui/react/macro";
import { Link, Outlet } from "@tanstack/react-router";
import { ButtonLink } from "@/ui/Button";
import { Mark } from "./Mark";

/** Around the public pages, for people who are not signed in. */
export function Visitors() {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="sticky top-0 z-20 border-line border-b bg-surface/95 pt-[env(safe-area-inset-top)] backdrop-blur print:hidden">
        <a href="#content" className="sr-only focus:not-sr-only focus:p-2 focus:text-12">
          <Trans>Skip to content</Trans>
        </a>
        <div className="mx-auto flex min-h-14 max-w-260 items-center gap-2 px-4 desk:px-8">
          <Link to="/" className="mr-auto flex min-h-11 items-center gap-2.5 rounded-8 font-semibold text-16">
            <Mark className="size-7" />
            Tidemark
          </Link>
          <ButtonLink to="/sign-in" size="small" kind="quiet">
            <Trans>Sign in</Trans>
          </ButtonLink>
          <ButtonLink to="/join" size="small" kind="primary">
            <Trans>Join</Trans>
          </ButtonLink>
        </div>
      </header>
      <main id="content" className="grow">
        <Outlet />
      </main>
    </div>
  );
}
