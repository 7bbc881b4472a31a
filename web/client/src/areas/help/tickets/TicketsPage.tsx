import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { MessageSquareText, Paperclip } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { useSession } from "@/api/session";
import { Button, ButtonLink } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { Back } from "./Back";
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
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, again] = useQuery({ query: MY_TICKETS, variables: { after } });
  const page = data?.viewer?.tickets;
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
        {error && !page && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
        {!page && !error && <Rows count={4} className="h-20" />}
        {page && (
          <Card className="overflow-hidden">
            {page.edges.length === 0 ? (
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
            ) : (
              <ul className="divide-y divide-line">
                {page.edges.map(({ node }) => (
                  <li key={node.id}>
                    <TicketRow ticket={node} />
                  </li>
                ))}
              </ul>
            )}
          </Card>
        )}
        {page?.pageInfo.hasNextPage && (
          <Button onClick={() => setAfter(page.pageInfo.endCursor)} isBusy={fetching}>
            <Trans>Show more</Trans>
          </Button>
        )}
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
