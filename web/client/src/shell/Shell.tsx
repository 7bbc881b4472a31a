import { CatchBoundary, Navigate, Outlet, useMatches, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Scalar } from "@/api/graphql";
import { useSession } from "@/api/session";
import { areaAt } from "@/areas/areas";
import "@/areas/said";
import { Failed } from "@/ui/States";
import { Activity } from "./Activity";
import { BottomTabs, Rail, TopBar } from "./Navigation";
import { NotYours } from "./NotYours";
import { PageFailed } from "./PageFailed";
import { Visitors } from "./Visitors";

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** The page wants the whole screen of a phone: no tabs beneath it. */
    isImmersive?: boolean;
    /** Nobody has to sign in for it. */
    isPublic?: boolean;
    /** Who it is for: one of these roles is enough. Everybody, where it does not say. */
    roles?: readonly Scalar<"Role">[];
  }
}

export function Shell() {
  const { viewer, problem, refresh } = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const search = useRouterState({ select: (state) => state.location.searchStr });
  const isImmersive = useMatches({ select: (matches) => matches.some((match) => match.staticData.isImmersive) });
  const isPublic = useMatches({ select: (matches) => matches.some((match) => match.staticData.isPublic) });
  const shown = useMatches({ select: (matches) => matches.at(-1)?.id });
  const roles = useMatches({ select: (matches) => matches.at(-1)?.staticData.roles });
  const left = useRef<string>(undefined);
  const area = viewer ? areaAt(path, viewer.roles, left.current) : undefined;
  useEffect(() => {
    left.current = area?.name;
  }, [area?.name]);
  if (problem)
    return (
      <main>
        <Failed isPage problem={problem} retry={refresh} />
      </main>
    );
  if (viewer === undefined) return null;
  if (viewer === null && isPublic) return <Visitors />;
  if (viewer === null) return <Navigate to="/sign-in" search={{ next: path + search }} replace />;
  const tabs = area?.tabs ?? [];
  return (
    <div className="flex min-h-dvh flex-col desk:pl-19 print:pl-0">
      <Activity />
      <Rail tabs={tabs} area={area} />
      {!isImmersive && <TopBar area={area} />}
      <main
        id="content"
        className={isImmersive ? "flex min-h-0 grow flex-col" : "grow pb-[calc(56px+env(safe-area-inset-bottom))] desk:pb-0"}
      >
        {roles && !roles.some((role) => viewer.roles.includes(role)) ? (
          <NotYours roles={roles} />
        ) : (
          <CatchBoundary getResetKey={() => shown} errorComponent={PageFailed}>
            <Outlet />
          </CatchBoundary>
        )}
      </main>
      {!isImmersive && <BottomTabs tabs={tabs} />}
    </div>
  );
}
