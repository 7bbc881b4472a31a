import { type Client, createClient, fetchExchange, subscriptionExchange } from "@urql/core";
import type { ExecutionResult, Sink, Client as Socket } from "graphql-ws";
import { cache } from "./cache";
import { holdWhileExpired, useExpiry } from "./held";
import { openSocket, subscribe } from "./socket";

export type Connection = { client: Client; close: () => void };

let hasSession = false;

/** Called once it is known whether somebody is signed in: only then is a refusal an expiry. */
export function noteSession(exists: boolean): void {
  hasSession = exists;
}

/** A client with a cache and a socket of its own; whoever signs in or out begins with a new one. The first subscription opens the socket. */
export function connect(): Connection {
  let socket: Socket | undefined;
  const opened = () => {
    socket ??= openSocket(() => hasSession && useExpiry.setState({ isExpired: true }));
    return socket;
  };
  const client = createClient({
    url: "/graphql",
    preferGetMethod: false,
    fetchOptions: { credentials: "same-origin" },
    requestPolicy: "cache-and-network",
    exchanges: [
      cache(),
      holdWhileExpired(() => hasSession),
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: subscribe(
              opened(),
              { query: query ?? "", variables: (variables ?? {}) as Record<string, unknown> },
              sink as Sink<ExecutionResult<Record<string, unknown>>>,
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
  return { client, close: () => void socket?.dispose() };
}
