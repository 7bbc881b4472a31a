import { createRootRoute, createRoute } from "@tanstack/react-router";
import { withWords } from "@/i18n";
import { later } from "@/ui/later";
import { Home } from "./Home";
import { AllFailed, NothingHere, Root } from "./Root";

export const rootRoute = createRootRoute({ component: Root, notFoundComponent: NothingHere, errorComponent: AllFailed });

/** Inside the shell: what only people who are signed in see, but for pages that say they are public. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  component: later(() => withWords(import("./Shell")), "Shell"),
});

export const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: Home });
