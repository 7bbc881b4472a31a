import { createRoute } from "@tanstack/react-router";
import { signedInRoute } from "@/shell/routes";
import { later } from "@/ui/later";

const getParentRoute = () => signedInRoute;
const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

export const workRoutes = [
  createRoute({ getParentRoute, path: "/welcome", component: later(() => import("./Welcome"), "Welcome") }),
  createRoute({ getParentRoute, path: "/work", component: later(() => import("./WorkHome"), "WorkHome") }),
  createRoute({
    getParentRoute,
    path: "/work/tasks",
    staticData: { isImmersive: true },
    validateSearch: (search: Record<string, unknown>): { project?: string } => ({ project: text(search.project) }),
    component: later(() => import("./stream/Stream"), "Stream"),
  }),
  createRoute({
    getParentRoute,
    path: "/work/tutorial",
    component: later(() => import("./tutorial/Tutorial"), "Tutorial"),
  }),
  createRoute({
    getParentRoute,
    path: "/work/tutorial/$lessonId",
    staticData: { isImmersive: true },
    component: later(() => import("./tutorial/LessonPage"), "LessonPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/work/qualifications/$qualificationId",
    staticData: { isImmersive: true },
    component: later(() => import("./qualification/QualificationPage"), "QualificationPage"),
  }),
  createRoute({ getParentRoute, path: "/earnings", component: later(() => import("./pages/Earnings"), "Earnings") }),
  createRoute({
    getParentRoute,
    path: "/earnings/withdraw",
    component: later(() => import("../money/WithdrawPage"), "WithdrawPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/earnings/withdrawals",
    component: later(() => import("../money/WithdrawalsPage"), "WithdrawalsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/earnings/withdrawals/$withdrawalId",
    component: later(() => import("../money/WithdrawalPage"), "WithdrawalPage"),
  }),
  createRoute({ getParentRoute, path: "/reports", component: later(() => import("./pages/Reports"), "Reports") }),
  createRoute({
    getParentRoute,
    path: "/reports/standing",
    component: later(() => import("./standing/StandingPage"), "StandingPage"),
  }),
  createRoute({ getParentRoute, path: "/reports/$annotationId", component: later(() => import("./pages/Report"), "Report") }),
  createRoute({ getParentRoute, path: "/profile", component: later(() => import("./pages/Profile"), "Profile") }),
] as const;
