import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { signedInRoute } from "@/shell/routes";
import { withStaffStyle } from "@/style/staff";

const getParentRoute = () => signedInRoute;
const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

export const reviewRoutes = [
  createRoute({
    getParentRoute,
    path: "/review",
    beforeLoad: () => {
      throw redirect({ to: "/review/board", replace: true });
    },
  }),
  createRoute({
    getParentRoute,
    path: "/review/board",
    validateSearch: (search: Record<string, unknown>): { card?: string; order?: "oldest" } => ({
      card: text(search.card),
      order: search.order === "oldest" ? "oldest" : undefined,
    }),
    component: lazyRouteComponent(() => withStaffStyle(import("./board/BoardPage")), "BoardPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/board/second-look",
    validateSearch: (search: Record<string, unknown>): { sample?: string } => ({ sample: text(search.sample) }),
    component: lazyRouteComponent(() => withStaffStyle(import("./looks/SecondLookPage")), "SecondLookPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/people",
    validateSearch: (search: Record<string, unknown>): { search?: string; status?: string; person?: string } => ({
      search: text(search.search),
      status: text(search.status),
      person: text(search.person),
    }),
    component: lazyRouteComponent(() => withStaffStyle(import("./people/PeoplePage")), "PeoplePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/people/signals",
    component: lazyRouteComponent(() => withStaffStyle(import("./signals/SignalsPage")), "SignalsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/people/appeals",
    component: lazyRouteComponent(() => withStaffStyle(import("./standing/AppealsPage")), "AppealsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/people/overturned",
    component: lazyRouteComponent(() => withStaffStyle(import("./standing/OverturnedPage")), "OverturnedPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/tickets",
    validateSearch: (search: Record<string, unknown>): { state?: string; ticket?: string } => ({
      state: text(search.state),
      ticket: text(search.ticket),
    }),
    component: lazyRouteComponent(() => withStaffStyle(import("./tickets/TicketsPage")), "TicketsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/payouts",
    component: lazyRouteComponent(() => withStaffStyle(import("./payouts/PayoutsPage")), "PayoutsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/organizations",
    validateSearch: (search: Record<string, unknown>): { search?: string; organization?: string } => ({
      search: text(search.search),
      organization: text(search.organization),
    }),
    component: lazyRouteComponent(() => withStaffStyle(import("./organizations/OrganizationsPage")), "OrganizationsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/review/audit",
    component: lazyRouteComponent(() => withStaffStyle(import("./audit/AuditPage")), "AuditPage"),
  }),
] as const;
