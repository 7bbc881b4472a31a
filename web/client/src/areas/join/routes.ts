import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "@/shell/routes";
import { later } from "@/ui/later";

type Token = { token?: string };
type Next = { next?: string; email?: string };

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
const readToken = (search: Record<string, unknown>): Token => ({ token: text(search.token) });
const readNext = (search: Record<string, unknown>): Next => ({ next: text(search.next), email: text(search.email) });

/** The addresses that letters name, and the door. */
export const joinRoutes = [
  createRoute({ getParentRoute: () => rootRoute, path: "/join", component: later(() => import("./Join"), "Join") }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-in",
    validateSearch: readNext,
    component: later(() => import("./SignIn"), "SignIn"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/confirm-email",
    validateSearch: readToken,
    component: later(() => import("./ConfirmEmail"), "ConfirmEmail"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/reset-password",
    validateSearch: readToken,
    component: later(() => import("./ResetPassword"), "ResetPassword"),
  }),
] as const;
