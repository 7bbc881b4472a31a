import { type Client, createClient, type ExecutionResult, GRAPHQL_TRANSPORT_WS_PROTOCOL, type Sink } from "graphql-ws";
import { create } from "zustand";
import { isReachable } from "./reach";

export type Link = "live" | "reconnecting" | "offline";

/** How the connection stands; the pill shows it. */
export const useLink = create<{ link: Link; epoch: number }>(() => ({ link: "reconnecting", epoch: 0 }));

const REVOKED = 4401;
const RESTART = 1012;
const LONGEST_WAIT_MS = 15_000;
/** Two missed pings of the server's twenty seconds. */
export const SILENCE_MS = 45_000;
/** Some networks do not even refuse. */
const OPENING_MS = 10_000;
/** After so many that did not open it is asked whether the server can be reached at all. */
const FAILED = 2;

export const SOCKET = GRAPHQL_TRANSPORT_WS_PROTOCOL;
export const socketUrl = () => `${location.origin.replace(/^http/, "ws")}/graphql`;

/**
 * The one socket of a page. It comes back by itself after anything but a revoked session, which `onRevoked` is told, and after a few that did
 * not open while the server could be reached: the network lets none through, and `onBlocked` is told.
 */
export function openSocket(onRevoked: () => void, onBlocked: () => void): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  let hinted = 0;
  let tried = 0;
  // What comes next decides: the server was there a moment ago.
  let isLastTry = false;
  const client = createClient({
    url: socketUrl,
    webSocketImpl: HastySocket,
    lazy: false,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => {
      if (isLastTry) onBlocked();
      return !isLastTry && !(event instanceof CloseEvent && event.code === REVOKED);
    },
    onNonLazyError: () => {},
    retryWait: async (retries) => {
      const most = Math.min(LONGEST_WAIT_MS, 400 * 2 ** retries);
      await Promise.race([pause(hinted || most * (0.5 + Math.random() / 2)), backOnline()]);
      isLastTry = tried >= FAILED && (await isReachable());
    },
    on: {
      connecting: () => {
        tried += 1;
      },
      opened: (opened) => {
        tried = 0;
        isLastTry = false;
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

/** Gives up what does not open. */
class HastySocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    const timer = setTimeout(() => this.close(), OPENING_MS);
    this.addEventListener("open", () => clearTimeout(timer));
    this.addEventListener("close", () => clearTimeout(timer));
  }
}

export type Payload = { query: string; variables: Record<string, unknown> };

/**
 * What to subscribe with so that a reconnect goes on from the last cursor: graphql-ws sends the payload anew after every reconnect, and the
 * payload is kept up to date with what has come.
 */
export function resuming({ query, variables }: Payload, sink: Sink<ExecutionResult<Record<string, unknown>>>) {
  const payload: Payload = { query, variables: { ...variables } };
  const next = (result: ExecutionResult<Record<string, unknown>>) => {
    const cursor = cursorOf(result.data);
    // What is not kept bears the cursor of what was last kept.
    if (cursor && cursor === payload.variables.after && !isFleeting(result.data)) return;
    if (cursor) payload.variables.after = cursor;
    sink.next(result);
  };
  return { payload, sink: { ...sink, next } };
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
