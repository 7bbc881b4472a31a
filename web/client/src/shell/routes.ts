import { createRootRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { withWords } from "@/i18n";
import { Home } from "./Home";
import { NothingHere, PageFailed, Root } from "./Root";

export const rootRoute = createRootRoute({ component: Root, notFoundComponent: NothingHere, errorComponent: PageFailed });

/** Inside the shell: what only people who are signed in see, but for pages that say they are public. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  component: lazyRouteComponent(() => withWords(import("./Shell")), "Shell"),
});

export const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: Home });
