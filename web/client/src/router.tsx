import { createRouter } from "@tanstack/react-router";
import { consoleRoutes } from "./areas/console/routes";
import { helpRoutes } from "./areas/help/routes";
import { joinRoutes } from "./areas/join/routes";
import { reviewRoutes } from "./areas/review/routes";
import { workRoutes } from "./areas/work/routes";
import { homeRoute, rootRoute, signedInRoute } from "./shell/routes";

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    ...joinRoutes,
    signedInRoute.addChildren([...workRoutes, ...reviewRoutes, ...consoleRoutes, ...helpRoutes]),
  ]),
  defaultPreload: "intent",
  defaultViewTransition: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
