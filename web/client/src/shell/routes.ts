import { createRootRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Home } from "./Home";
import { NothingHere, PageFailed, Root } from "./Root";

export const rootRoute = createRootRoute({ component: Root, notFoundComponent: NothingHere, errorComponent: PageFailed });

/** What only people who are signed in see, inside the shell. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  component: lazyRouteComponent(() => import("./Shell"), "Shell"),
});

export const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: Home });
