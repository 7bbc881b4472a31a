import type { Client, ExecutionResult, Sink } from "graphql-ws";
import { openSocket, type Payload, resuming, SOCKET, socketUrl } from "./socket";
import type { Streams } from "./streams";

type Wire = { subscribe: (payload: Payload, sink: Sink<ExecutionResult<Record<string, unknown>>>) => () => void; close: () => void };

const TRY_SOCKET_AGAIN_MS = 60_000;

/**
 * What subscriptions go by: the socket; or streams, where the server can be reached and yet no socket opens, until one does. Those that were
 * on the other end with an error then, and come again from their last cursor.
 */
export function openWire(onRevoked: () => void): Wire {
  let socket: Client;
  let streams: Promise<Streams> | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let isClosed = false;

  const bySocket = () => {
    void streams?.then((before) => before.close());
    streams = undefined;
    socket = openSocket(onRevoked, byStreams);
  };
  const byStreams = () => {
    // Each subscription that waited for the socket tells.
    if (streams) return;
    streams = import("./streams").then(({ openStreams }) => openStreams());
    // Without their code, it is the socket again.
    streams.then(trySocketLater, bySocket);
  };
  const trySocketLater = () => {
    if (isClosed) return;
    timer = setTimeout(() => {
      const trial = new WebSocket(socketUrl(), SOCKET);
      trial.onopen = () => {
        trial.close();
        if (!isClosed) bySocket();
      };
      trial.onerror = trySocketLater;
    }, TRY_SOCKET_AGAIN_MS);
  };

  bySocket();
  return {
    subscribe: (given, to) => {
      const { payload, sink } = resuming(given, to);
      if (!streams) return socket.subscribe<Record<string, unknown>>(payload, sink);
      let isLeft = false;
      let leave = () => {};
      streams.then(
        ({ follow }) => {
          if (!isLeft) leave = follow(payload, sink);
        },
        (error: unknown) => isLeft || sink.error(error),
      );
      return () => {
        isLeft = true;
        leave();
      };
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      void socket.dispose();
      void streams?.then((open) => open.close());
    },
  };
}
