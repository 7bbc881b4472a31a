import { createRoute, redirect } from "@tanstack/react-router";
import { signedInRoute } from "@/shell/routes";
import { withStaffStyle } from "@/style/staff";
import { later } from "@/ui/later";

const getParentRoute = () => signedInRoute;
const MODERATORS = { roles: ["MODERATOR"] } as const;
const ADMINS = { roles: ["ADMIN"] } as const;
const STAFF = { roles: ["MODERATOR", "ADMIN"] } as const;
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
    staticData: MODERATORS,
    path: "/review/board",
    validateSearch: (search: Record<string, unknown>): { card?: string; order?: "oldest" } => ({
      card: text(search.card),
      order: search.order === "oldest" ? "oldest" : undefined,
    }),
    component: later(() => withStaffStyle(import("./board/BoardPage")), "BoardPage"),
  }),
  createRoute({
    getParentRoute,
    staticData: MODERATORS,
    path: "/review/board/second-look",
    validateSearch: (search: Record<string, unknown>): { sample?: string } => ({ sample: text(search.sample) }),
    component: later(() => withStaffStyle(import("./looks/SecondLookPage")), "SecondLookPage"),
  }),
  createRoute({
    getParentRoute,
    staticData: STAFF,
    path: "/review/people",
    validateSearch: (search: Record<string, unknown>): { search?: string; status?: string; person?: string } => ({
      search: text(search.search),
      status: text(search.status),
      person: text(search.person),
    }),
    component: later(() => withStaffStyle(import("./people/PeoplePage")), "PeoplePage"),
  }),
  createRoute({
    getParentRoute,
    staticData: STAFF,
    path: "/review/people/signals",
    component: later(() => withStaffStyle(import("./signals/SignalsPage")), "SignalsPage"),
  }),
  createRoute({
    getParentRoute,
    staticData: MODERATORS,
    path: "/review/people/appeals",
    component: later(() => withStaffStyle(import("./standing/AppealsPage")), "AppealsPage"),
  }),
  createRoute({
    getParentRoute,
    staticData: ADMINS,
    path: "/review/people/overturned",
    component: later(() => withStaffStyle(import("./standing/OverturnedPage")), "OverturnedPage"),
  }),
  createRoute({
    getParentRoute,
    staticData: STAFF,
    path: "/review/tickets",
    validateSearch: (search: Record<string, unknown>): { state?: string; ticket?: string } => ({
      state: text(search.state),
      ticket: text(search.ticket),
    }),
    component: later(() => withStaffStyle(import("./tickets/TicketsPage")), "TicketsPage"),
  }),
  createRoute({
    getParentRoute,
    staticData: ADMINS,
    path: "/review/payouts",
    component: later(() => withStaffStyle(import("./payouts/PayoutsPage")), "PayoutsPage"),
  }),
  createRoute({
    getParentRoute,
    staticData: ADMINS,
    path: "/review/organizations",
    validateSearch: (search: Record<string, unknown>): { search?: string; organization?: string } => ({
      search: text(search.search),
      organization: text(search.organization),
    }),
    component: later(() => withStaffStyle(import("./organizations/OrganizationsPage")), "OrganizationsPage"),
  }),
  createRoute({
    getParentRoute,
    staticData: ADMINS,
    path: "/review/audit",
    component: later(() => withStaffStyle(import("./audit/AuditPage")), "AuditPage"),
  }),
] as const;
