import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "@/shell/routes";
import { withStaffStyle } from "@/style/staff";

const getParentRoute = () => signedInRoute;

const projectRoute = createRoute({
  getParentRoute,
  path: "/console/projects/$projectId",
  component: lazyRouteComponent(() => withStaffStyle(import("./project/ProjectPage")), "ProjectPage"),
});
const ofProject = () => projectRoute;

export const consoleRoutes = [
  createRoute({ getParentRoute, path: "/console", component: lazyRouteComponent(() => withStaffStyle(import("./Start")), "Start") }),
  createRoute({
    getParentRoute,
    path: "/console/projects",
    component: lazyRouteComponent(() => withStaffStyle(import("./Projects")), "Projects"),
  }),
  createRoute({
    getParentRoute,
    path: "/console/projects/new/$organizationId",
    component: lazyRouteComponent(() => withStaffStyle(import("./NewProject")), "NewProject"),
  }),
  projectRoute.addChildren([
    createRoute({
      getParentRoute: ofProject,
      path: "/",
      component: lazyRouteComponent(() => withStaffStyle(import("./project/Overview")), "Overview"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/form",
      component: lazyRouteComponent(() => withStaffStyle(import("./form/FormPage")), "FormPage"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/import",
      component: lazyRouteComponent(() => withStaffStyle(import("./import/Import")), "Import"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/items",
      component: lazyRouteComponent(() => withStaffStyle(import("./items/Items")), "Items"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/results",
      component: lazyRouteComponent(() => withStaffStyle(import("./results/Results")), "Results"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/judging",
      component: lazyRouteComponent(() => withStaffStyle(import("./judging/JudgingPage")), "JudgingPage"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/settings",
      component: lazyRouteComponent(() => withStaffStyle(import("./project/Settings")), "Settings"),
    }),
  ]),
  createRoute({
    getParentRoute,
    path: "/console/tokens",
    component: lazyRouteComponent(() => withStaffStyle(import("./tokens/Tokens")), "Tokens"),
  }),
  createRoute({
    getParentRoute,
    path: "/console/graphiql",
    component: lazyRouteComponent(() => withStaffStyle(import("./graphiql/GraphiQL")), "GraphiQL"),
  }),
] as const;
