import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { MessageSquareText, Paperclip } from "lucide-react";
import { useSession } from "@/api/session";
import { Back } from "@/ui/Back";
import { ButtonLink } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Page } from "@/ui/Page";
import { PagedList, usePaged } from "@/ui/PagedList";
import { Empty } from "@/ui/States";
import { ContactPage } from "./ContactPage";
import { MY_TICKETS, type Ticket } from "./documents";
import { StateBadge } from "./StateBadge";

/** What one has asked, latest first; who is not signed in writes by the form instead. */
export function TicketsPage() {
  const { viewer } = useSession();
  return viewer ? <MyTickets /> : <ContactPage />;
}

function MyTickets() {
  const { t } = useLingui();
  const list = usePaged(MY_TICKETS, {}, ({ viewer }) => viewer?.tickets);
  return (
    <Page
      isNarrow
      title={t`My tickets`}
      lead={<Trans>What you have asked, and the answers.</Trans>}
      aside={
        <ButtonLink to="/help/tickets/new" kind="primary">
          <Trans>New ticket</Trans>
        </ButtonLink>
      }
    >
      <Back to="/help">
        <Trans>Help</Trans>
      </Back>
      <div className="grid gap-3">
        <PagedList
          list={list}
          waiting={{ count: 4, className: "h-20" }}
          empty={
            <Empty
              icon={<MessageSquareText aria-hidden />}
              title={<Trans>No tickets yet</Trans>}
              action={
                <ButtonLink to="/help/tickets/new">
                  <Trans>Ask a person</Trans>
                </ButtonLink>
              }
            >
              <Trans>Something does not work, or you disagree, or you wonder? Ask; the answer appears here by itself.</Trans>
            </Empty>
          }
        >
          {(ticket) => <TicketRow ticket={ticket} />}
        </PagedList>
      </div>
    </Page>
  );
}

function TicketRow({ ticket: { id, subject, state, messages, createdAt } }: { ticket: Ticket }) {
  const format = useFormat();
  const last = messages.at(-1);
  const hasPictures = messages.some(({ attachments }) => attachments.length > 0);
  return (
    <Link
      to="/help/tickets/$ticketId"
      params={{ ticketId: id }}
      className="grid min-h-16 grid-cols-1 gap-1 px-4 py-3 -outline-offset-2 transition-colors duration-120 hover:bg-ground"
    >
      <span className="flex items-center gap-3">
        <span className="min-w-0 grow truncate font-medium">{subject}</span>
        <StateBadge state={state} />
      </span>
      <span className="flex items-center gap-3 text-13 text-muted">
        <span className="min-w-0 grow truncate">
          {last?.fromStaff && (
            <span className="text-ink">
              <Trans>Staff:</Trans>{" "}
            </span>
          )}
          {last?.body}
        </span>
        {hasPictures && <Paperclip className="size-3.5 shrink-0" aria-hidden />}
        <time dateTime={last?.sentAt ?? createdAt} className="shrink-0 text-12">
          {format.ago(last?.sentAt ?? createdAt)}
        </time>
      </span>
    </Link>
  );
}
