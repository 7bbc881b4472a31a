import { graphql, type ResultOf } from "@/api/graphql";

export const TICKET = graphql(`
  fragment MyTicket on Ticket {
    id
    subject
    state
    about
    createdAt
    messages { body fromStaff sentAt attachments { url width height alt } }
  }
`);
export const MY_TICKETS = graphql(
  `
  query MyTickets($after: String) {
    viewer {
      id
      tickets(first: 20, after: $after) {
        edges { cursor node { ...MyTicket } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`,
  [TICKET],
);
export const MY_TICKET = graphql(
  `
  query MyTicket($id: ID!) {
    node(id: $id) { __typename ... on Ticket { ...MyTicket } }
  }
`,
  [TICKET],
);
export const OPEN_TICKET = graphql(
  `
  mutation OpenTicket($input: TicketInput!) {
    openTicket(input: $input) { ticket { ...MyTicket } errors { code message path } }
  }
`,
  [TICKET],
);
export const WRITE = graphql(
  `
  mutation WriteInTicket($ticketId: ID!, $body: String!, $attachmentIds: [ID!]) {
    replyToTicket(ticketId: $ticketId, body: $body, attachmentIds: $attachmentIds) { ticket { ...MyTicket } errors { code message path } }
  }
`,
  [TICKET],
);
export const CLOSE_TICKET = graphql(
  `
  mutation CloseMyTicket($ticketId: ID!) {
    closeTicket(ticketId: $ticketId) { ticket { ...MyTicket } errors { code message path } }
  }
`,
  [TICKET],
);
export const CONTACT = graphql(`
  mutation ContactSupport($email: String!, $subject: String!, $body: String!) {
    contactSupport(email: $email, subject: $subject, body: $body) { accepted errors { code message path } }
  }
`);
export const ABOUT = graphql(`
  query WhatATicketIsAbout($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Project { title }
      ... on Task { project { id title } }
      ... on Annotation { project { id title } }
      ... on Withdrawal { amount { amount currency } }
    }
  }
`);

/** The server's limits; it checks them itself. */
export const SUBJECT_LENGTH = 120;
export const BODY_LENGTH = 5_000;
export const MOST_SCREENSHOTS = 5;

export type Ticket = ResultOf<typeof TICKET>;
export type Message = Ticket["messages"][number];
