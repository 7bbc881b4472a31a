import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "@/shell/routes";

const getParentRoute = () => signedInRoute;
const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

export const workRoutes = [
  createRoute({ getParentRoute, path: "/welcome", component: lazyRouteComponent(() => import("./Welcome"), "Welcome") }),
  createRoute({ getParentRoute, path: "/work", component: lazyRouteComponent(() => import("./WorkHome"), "WorkHome") }),
  createRoute({
    getParentRoute,
    path: "/work/tasks",
    staticData: { isImmersive: true },
    validateSearch: (search: Record<string, unknown>): { project?: string } => ({ project: text(search.project) }),
    component: lazyRouteComponent(() => import("./stream/Stream"), "Stream"),
  }),
  createRoute({
    getParentRoute,
    path: "/work/tutorial",
    component: lazyRouteComponent(() => import("./tutorial/Tutorial"), "Tutorial"),
  }),
  createRoute({
    getParentRoute,
    path: "/work/tutorial/$lessonId",
    staticData: { isImmersive: true },
    component: lazyRouteComponent(() => import("./tutorial/LessonPage"), "LessonPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/work/qualifications/$qualificationId",
    staticData: { isImmersive: true },
    component: lazyRouteComponent(() => import("./qualification/QualificationPage"), "QualificationPage"),
  }),
  createRoute({ getParentRoute, path: "/earnings", component: lazyRouteComponent(() => import("./pages/Earnings"), "Earnings") }),
  createRoute({
    getParentRoute,
    path: "/earnings/withdraw",
    component: lazyRouteComponent(() => import("../money/WithdrawPage"), "WithdrawPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/earnings/withdrawals",
    component: lazyRouteComponent(() => import("../money/WithdrawalsPage"), "WithdrawalsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/earnings/withdrawals/$withdrawalId",
    component: lazyRouteComponent(() => import("../money/WithdrawalPage"), "WithdrawalPage"),
  }),
  createRoute({ getParentRoute, path: "/reports", component: lazyRouteComponent(() => import("./pages/Reports"), "Reports") }),
  createRoute({
    getParentRoute,
    path: "/reports/standing",
    component: lazyRouteComponent(() => import("./standing/StandingPage"), "StandingPage"),
  }),
  createRoute({ getParentRoute, path: "/reports/$annotationId", component: lazyRouteComponent(() => import("./pages/Report"), "Report") }),
  createRoute({ getParentRoute, path: "/profile", component: lazyRouteComponent(() => import("./pages/Profile"), "Profile") }),
] as const;
