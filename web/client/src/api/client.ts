import { type Client, createClient, fetchExchange, subscriptionExchange } from "@urql/core";
import type { ExecutionResult, Sink } from "graphql-ws";
import { cache } from "./cache";
import { holdWhileExpired, useExpiry } from "./held";
import { openWire } from "./wire";

export type Connection = { client: Client; close: () => void };

let hasSession = false;

/** Called once it is known whether somebody is signed in: only then is a refusal an expiry. */
export function noteSession(exists: boolean): void {
  hasSession = exists;
}

/** A client with a cache and a wire of its own; whoever signs in or out begins with a new one. The first subscription opens the wire. */
export function connect(): Connection {
  let wire: ReturnType<typeof openWire> | undefined;
  const opened = () => {
    wire ??= openWire(() => hasSession && useExpiry.setState({ isExpired: true }));
    return wire;
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
            unsubscribe: opened().subscribe(
              { query: query ?? "", variables: (variables ?? {}) as Record<string, unknown> },
              sink as Sink<ExecutionResult<Record<string, unknown>>>,
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
  return { client, close: () => wire?.close() };
}
