import { graphql, type ResultOf } from "@/api/graphql";

export const TICKET = graphql(`
  fragment TicketThread on Ticket {
    id
    subject
    state
    about
    createdAt
    email
    openedBy { id displayName }
    messages { body fromStaff sentAt attachments { url width height alt } }
  }
`);
export const TICKETS = graphql(
  `
  query Tickets($after: String, $state: TicketState) {
    tickets(first: 30, after: $after, state: $state) {
      edges { node { ...TicketThread } }
      pageInfo { endCursor hasNextPage }
    }
  }
`,
  [TICKET],
);
export const ONE_TICKET = graphql(
  `
  query OneTicket($id: ID!) {
    node(id: $id) { __typename ... on Ticket { ...TicketThread } }
  }
`,
  [TICKET],
);
export const REPLY = graphql(
  `
  mutation ReplyToTicket($ticketId: ID!, $body: String!) {
    replyToTicket(ticketId: $ticketId, body: $body) { ticket { ...TicketThread } errors { code message path } }
  }
`,
  [TICKET],
);
export const CLOSE = graphql(
  `
  mutation CloseTicket($ticketId: ID!) {
    closeTicket(ticketId: $ticketId) { ticket { ...TicketThread } errors { code message path } }
  }
`,
  [TICKET],
);
export const ABOUT = graphql(`
  query AboutTicket($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Project { title }
      ... on Task { project { id title } }
      ... on Item { externalId }
      ... on Annotation { state project { id title } }
    }
  }
`);

export type TicketThread = ResultOf<typeof TICKET>;

/** How many wait; what counts here is that it speaks whenever a ticket changes. */
export const WAITING = graphql(`
  subscription TicketsWaiting {
    ticketsWaiting
  }
`);
