import { createRoute } from "@tanstack/react-router";
import { signedInRoute } from "@/shell/routes";
import { later } from "@/ui/later";

const getParentRoute = () => signedInRoute;
const staticData = { isPublic: true };
const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

/** Open to everybody: who cannot sign in reads the same answers, and writes by the contact form. */
export const helpRoutes = [
  createRoute({ getParentRoute, staticData, path: "/help", component: later(() => import("./faq/FaqPage"), "FaqPage") }),
  createRoute({
    getParentRoute,
    staticData,
    path: "/help/tickets",
    component: later(() => import("./tickets/TicketsPage"), "TicketsPage"),
  }),
  createRoute({
    getParentRoute,
    staticData,
    path: "/help/tickets/new",
    validateSearch: (search: Record<string, unknown>): { about?: string; subject?: string } => ({
      about: text(search.about),
      subject: text(search.subject),
    }),
    component: later(() => import("./tickets/NewTicketPage"), "NewTicketPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/help/tickets/$ticketId",
    component: later(() => import("./tickets/TicketPage"), "TicketPage"),
  }),
] as const;
