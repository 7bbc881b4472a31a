import { type Client, createClient, type ExecutionResult, type Sink } from "graphql-ws";
import { create } from "zustand";

export type Link = "live" | "reconnecting" | "offline";

/** How the connection stands; the pill shows it. */
export const useLink = create<{ link: Link; epoch: number }>(() => ({ link: "reconnecting", epoch: 0 }));

const REVOKED = 4401;
const RESTART = 1012;
const LONGEST_WAIT_MS = 15_000;
/** Two missed pings of the server's twenty seconds. */
const SILENCE_MS = 45_000;

/**
 * The one socket of a page. It comes back by itself after anything but a revoked session, which `onRevoked` is told.
 */
export function openSocket(onRevoked: () => void): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  let hinted = 0;
  const client = createClient({
    url: () => `${location.origin.replace(/^http/, "ws")}/graphql`,
    lazy: false,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !(event instanceof CloseEvent && event.code === REVOKED),
    onNonLazyError: () => {},
    retryWait: async (retries) => {
      const most = Math.min(LONGEST_WAIT_MS, 400 * 2 ** retries);
      await Promise.race([pause(hinted || most * (0.5 + Math.random() / 2)), backOnline()]);
    },
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      connected: () => useLink.setState((state) => ({ link: "live", epoch: state.epoch + 1 })),
      message: () => {
        clearTimeout(silence);
        // A connection that died without a word looks open for minutes: closing it makes the client come back.
        silence = setTimeout(() => socket?.close(4499, "Silent"), SILENCE_MS);
      },
      closed: (event) => {
        clearTimeout(silence);
        useLink.setState({ link: navigator.onLine ? "reconnecting" : "offline" });
        if (!(event instanceof CloseEvent)) return;
        // A server that restarts spreads those who come back.
        hinted = event.code === RESTART ? Number(/(\d+) ms/.exec(event.reason)?.[1] ?? 0) : 0;
        if (event.code === REVOKED) onRevoked();
      },
    },
  });
  window.addEventListener("offline", () => useLink.setState({ link: "offline" }));
  window.addEventListener("online", () => {
    useLink.setState((state) => (state.link === "offline" ? { link: "reconnecting" } : state));
    // Whether the old connection has lived through it nobody can tell: a new one goes on from the last cursor.
    socket?.close(4499, "Back online");
  });
  return client;
}

type Payload = { query: string; variables: Record<string, unknown> };

/**
 * Subscribes so that a reconnect goes on from the last cursor: graphql-ws sends the payload anew after every reconnect, and the payload
 * is kept up to date with what has come.
 */
export function subscribe(client: Client, { query, variables }: Payload, sink: Sink<ExecutionResult<Record<string, unknown>>>): () => void {
  const payload = { query, variables: { ...variables } };
  return client.subscribe<Record<string, unknown>>(payload, {
    ...sink,
    next: (result) => {
      const cursor = cursorOf(result.data);
      // What is not kept bears the cursor of what was last kept.
      if (cursor && cursor === payload.variables.after && !isFleeting(result.data)) return;
      if (cursor) payload.variables.after = cursor;
      sink.next(result as ExecutionResult<Record<string, unknown>>);
    },
  });
}

function cursorOf(data: Record<string, unknown> | null | undefined): string | undefined {
  const event = data && (Object.values(data)[0] as { cursor?: unknown } | null);
  return typeof event?.cursor === "string" ? event.cursor : undefined;
}

function isFleeting(data: Record<string, unknown> | null | undefined): boolean {
  return Object.values(data ?? {}).some((event) => (event as { __typename?: string } | null)?.__typename === "PresenceChanged");
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function backOnline(): Promise<void> {
  return new Promise((resolve) => window.addEventListener("online", () => resolve(), { once: true }));
}
