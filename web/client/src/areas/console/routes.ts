import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "@/shell/routes";

const getParentRoute = () => signedInRoute;

const projectRoute = createRoute({
  getParentRoute,
  path: "/console/projects/$projectId",
  component: lazyRouteComponent(() => import("./project/ProjectPage"), "ProjectPage"),
});
const ofProject = () => projectRoute;

export const consoleRoutes = [
  createRoute({ getParentRoute, path: "/console", component: lazyRouteComponent(() => import("./Start"), "Start") }),
  createRoute({ getParentRoute, path: "/console/projects", component: lazyRouteComponent(() => import("./Projects"), "Projects") }),
  createRoute({
    getParentRoute,
    path: "/console/projects/new/$organizationId",
    component: lazyRouteComponent(() => import("./NewProject"), "NewProject"),
  }),
  projectRoute.addChildren([
    createRoute({ getParentRoute: ofProject, path: "/", component: lazyRouteComponent(() => import("./project/Overview"), "Overview") }),
    createRoute({ getParentRoute: ofProject, path: "/form", component: lazyRouteComponent(() => import("./form/FormPage"), "FormPage") }),
    createRoute({ getParentRoute: ofProject, path: "/import", component: lazyRouteComponent(() => import("./import/Import"), "Import") }),
    createRoute({ getParentRoute: ofProject, path: "/items", component: lazyRouteComponent(() => import("./items/Items"), "Items") }),
    createRoute({
      getParentRoute: ofProject,
      path: "/results",
      component: lazyRouteComponent(() => import("./results/Results"), "Results"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/settings",
      component: lazyRouteComponent(() => import("./project/Settings"), "Settings"),
    }),
  ]),
  createRoute({ getParentRoute, path: "/console/tokens", component: lazyRouteComponent(() => import("./tokens/Tokens"), "Tokens") }),
  createRoute({
    getParentRoute,
    path: "/console/graphiql",
    component: lazyRouteComponent(() => import("./graphiql/GraphiQL"), "GraphiQL"),
  }),
] as const;
