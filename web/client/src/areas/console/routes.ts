import { createRoute } from "@tanstack/react-router";
import { signedInRoute } from "@/shell/routes";
import { withStaffStyle } from "@/style/staff";
import { later } from "@/ui/later";

const getParentRoute = () => signedInRoute;

const projectRoute = createRoute({
  getParentRoute,
  path: "/console/projects/$projectId",
  component: later(() => withStaffStyle(import("./project/ProjectPage")), "ProjectPage"),
});
const ofProject = () => projectRoute;

export const consoleRoutes = [
  createRoute({ getParentRoute, path: "/console", component: later(() => withStaffStyle(import("./Start")), "Start") }),
  createRoute({
    getParentRoute,
    path: "/console/projects",
    component: later(() => withStaffStyle(import("./Projects")), "Projects"),
  }),
  createRoute({
    getParentRoute,
    path: "/console/projects/new/$organizationId",
    component: later(() => withStaffStyle(import("./NewProject")), "NewProject"),
  }),
  projectRoute.addChildren([
    createRoute({
      getParentRoute: ofProject,
      path: "/",
      component: later(() => withStaffStyle(import("./project/Overview")), "Overview"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/form",
      component: later(() => withStaffStyle(import("./form/FormPage")), "FormPage"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/import",
      component: later(() => withStaffStyle(import("./import/Import")), "Import"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/items",
      component: later(() => withStaffStyle(import("./items/Items")), "Items"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/results",
      component: later(() => withStaffStyle(import("./results/Results")), "Results"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/judging",
      component: later(() => withStaffStyle(import("./judging/JudgingPage")), "JudgingPage"),
    }),
    createRoute({
      getParentRoute: ofProject,
      path: "/settings",
      component: later(() => withStaffStyle(import("./project/Settings")), "Settings"),
    }),
  ]),
  createRoute({
    getParentRoute,
    path: "/console/tokens",
    component: later(() => withStaffStyle(import("./tokens/Tokens")), "Tokens"),
  }),
  createRoute({
    getParentRoute,
    path: "/console/graphiql",
    component: later(() => withStaffStyle(import("./graphiql/GraphiQL")), "GraphiQL"),
  }),
] as const;
