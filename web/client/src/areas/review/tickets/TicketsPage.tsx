import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Inbox, MessageSquareText } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { useLive } from "@/api/live";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { classes } from "@/ui/words";
import { More } from "../More";
import { Alarm } from "../payouts/Alarm";
import { usePages } from "../usePages";
import { ONE_TICKET, TICKETS, type TicketThread, WAITING } from "./documents";
import { Thread } from "./Thread";
import { TicketBadge } from "./TicketBadge";

const STATES = ["OPEN", "ANSWERED", "CLOSED"] as const;
type State = (typeof STATES)[number];
/** As many as TICKETS asks for. */
const A_PAGE = 30;
const route = getRouteApi("/signed-in/review/tickets");

/** What people asked: the list on one side, the thread on the other; one after the other on a phone. */
export function TicketsPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { state: wanted, ticket: shownId } = route.useSearch();
  const state = wanted === "ALL" ? null : (STATES.find((each) => each === wanted) ?? "OPEN");
  const change = (changed: { state?: string; ticket?: string }, replace = true) =>
    void navigate({
      to: "/review/tickets",
      search: { state: wanted, ticket: shownId, ...changed },
      replace,
      resetScroll: false,
      viewTransition: false,
    });

  const pages = usePages(TICKETS, { state }, ({ tickets }) => tickets);
  const { again } = pages;
  const [changed, setChanged] = useState<ReadonlyMap<string, TicketThread>>(new Map());
  const tickets = pages.nodes?.map((ticket) => changed.get(ticket.id) ?? ticket);
  const [{ data: one }, readAgain] = useQuery({ query: ONE_TICKET, variables: { id: shownId ?? "" }, pause: !shownId });
  useLive(WAITING, {
    variables: {},
    onEvent: () => {
      // Who has read further would lose their place.
      if ((pages.nodes?.length ?? 0) <= A_PAGE) {
        setChanged(new Map());
        again();
      }
      if (shownId) readAgain({ requestPolicy: "network-only" });
    },
  });
  const read = one?.node?.__typename === "Ticket" && one.node.id === shownId ? one.node : undefined;
  const shown = read ?? tickets?.find(({ id }) => id === shownId);
  const filters: (readonly [State | "ALL", string])[] = [
    ["OPEN", t`Open`],
    ["ANSWERED", t`Answered`],
    ["CLOSED", t`Closed`],
    ["ALL", t`All`],
  ];

  return (
    <Page
      title={t`Tickets`}
      aside={
        <Filters label={t`State`} options={filters} chosen={state ?? "ALL"} onChoose={(key) => change({ state: key, ticket: undefined })} />
      }
    >
      <Alarm />
      <div className="grid items-start gap-4 wide:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <section
          aria-label={t`List of tickets`}
          className={classes("overflow-hidden rounded-12 border border-line bg-surface", shown && "hidden wide:block")}
        >
          {pages.problem && !tickets && <Failed problem={pages.problem} retry={again} />}
          {!tickets && !pages.problem && (
            <div className="p-3">
              <Rows count={5} className="h-12" />
            </div>
          )}
          {tickets?.length === 0 && (
            <Empty icon={<Inbox aria-hidden />} title={state === "OPEN" ? <Trans>No open tickets</Trans> : <Trans>No tickets</Trans>}>
              <Trans>Questions from annotators and partners appear here.</Trans>
            </Empty>
          )}
          {tickets && tickets.length > 0 && (
            <ul>
              {tickets.map((ticket) => (
                <Line key={ticket.id} ticket={ticket} isShown={ticket.id === shownId} onOpen={() => change({ ticket: ticket.id }, false)} />
              ))}
            </ul>
          )}
          <More pages={pages} />
        </section>
        {shown ? (
          <Thread
            key={shown.id}
            ticket={shown}
            onBack={() => change({ ticket: undefined })}
            onChanged={(ticket) => setChanged((before) => new Map(before).set(ticket.id, ticket))}
          />
        ) : (
          <div className="hidden rounded-12 border border-line border-dashed wide:block">
            <Empty icon={<MessageSquareText aria-hidden />} title={<Trans>Choose a ticket to read and answer it</Trans>} />
          </div>
        )}
      </div>
    </Page>
  );
}

function Line({ ticket, isShown, onOpen }: { ticket: TicketThread; isShown: boolean; onOpen: () => void }) {
  const format = useFormat();
  const last = ticket.messages.at(-1);
  return (
    <li className="border-line border-b last:border-b-0">
      <button
        type="button"
        onClick={onOpen}
        aria-current={isShown || undefined}
        className={classes(
          "grid w-full grid-cols-1 gap-0.5 px-3 py-2 text-left -outline-offset-2",
          isShown ? "bg-soft" : "hover:bg-ground",
        )}
      >
        <span className="flex items-center gap-2">
          <span className="grow truncate font-medium text-13">{ticket.subject}</span>
          <TicketBadge state={ticket.state} />
        </span>
        <span className="flex gap-2 text-12 text-muted">
          <span className="truncate">{ticket.openedBy?.displayName ?? ticket.email}</span>
          <time dateTime={last?.sentAt ?? ticket.createdAt} className="ml-auto shrink-0">
            {format.ago(last?.sentAt ?? ticket.createdAt)}
          </time>
        </span>
      </button>
    </li>
  );
}
