import type { ExecutionResult, Sink } from "graphql-ws";
import { type Payload, SILENCE_MS, useLink } from "./socket";

type Result = ExecutionResult<Record<string, unknown>>;
export type Streams = { follow: (payload: Payload, sink: Sink<Result>) => () => void; close: () => void };

/**
 * Subscriptions where a network lets no socket through: one answer each that goes on, by server-sent events (graphql-sse, distinct
 * connections). A stream that ends is an error of its subscription, which begins anew from its last cursor. Browsers open six connections to
 * a server that speaks HTTP/1.1, so this is no more than a way out.
 */
export function openStreams(): Streams {
  const following = new Set<AbortController>();
  const end = (why: string) => {
    for (const each of following) each.abort(new Error(why));
  };
  // Whether they have lived through it nobody can tell.
  const online = () => end("Back online");
  window.addEventListener("online", online);
  return {
    follow: (payload, sink) => {
      const ended = new AbortController();
      let isLeft = false;
      following.add(ended);
      void follow(payload, sink.next, ended)
        .then(
          () => isLeft || sink.complete(),
          (error: unknown) => isLeft || sink.error(error),
        )
        .finally(() => {
          following.delete(ended);
          if (following.size === 0) useLink.setState({ link: navigator.onLine ? "reconnecting" : "offline" });
        });
      return () => {
        isLeft = true;
        ended.abort();
      };
    },
    close: () => {
      window.removeEventListener("online", online);
      end("Closed");
    },
  };
}

/** Until the server says that nothing more will come; raises where the stream ends without that. */
async function follow({ query, variables }: Payload, next: (result: Result) => void, ended: AbortController): Promise<void> {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => ended.abort(new Error("Silent")), SILENCE_MS);
  };
  try {
    heard();
    const answer = await fetch("/graphql", {
      method: "POST",
      credentials: "same-origin",
      headers: { accept: "text/event-stream", "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
      signal: ended.signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`Answered with ${answer.status}`);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error("The stream ended");
      heard();
      useLink.setState({ link: "live" });
      const events = (rest + value).split("\n\n");
      rest = events.pop() ?? "";
      for (const { name, data } of events.map(read)) {
        if (name === "complete") return;
        if (name === "next") next(JSON.parse(data) as Result);
      }
    }
  } finally {
    clearTimeout(silence);
  }
}

function read(event: string): { name: string; data: string } {
  const fields = event.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trimStart()]);
  const of = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value);
  return { name: of("event")[0] ?? "", data: of("data").join("\n") };
}
