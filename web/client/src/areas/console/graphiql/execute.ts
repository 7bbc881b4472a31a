import { createClient } from "graphql-ws";

export type Operation = { query: string; variables: Record<string, unknown> };

/** Whether the text's operation is a stream. */
export function isSubscription(query: string): boolean {
  return /^\s*subscription\b/m.test(query.replace(/#[^\n]*/g, ""));
}

/** With a token instead of the session, where one is given. */
export async function post(
  { query, variables }: Operation,
  token: string,
  signal?: AbortSignal,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: token ? "omit" : "same-origin",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  });
  return { status: response.status, body: await response.json() };
}

type Told = { onNext: (result: unknown) => void; onEnd: (problem: string | null) => void };

/** Gives what ends the stream. */
export function stream(operation: Operation, token: string, { onNext, onEnd }: Told): () => void {
  const client = createClient({
    url: `${location.origin.replace(/^http/, "ws")}/graphql`,
    retryAttempts: 0,
    ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  const stop = client.subscribe(operation, {
    next: onNext,
    error: (error) => {
      if (Array.isArray(error)) onNext({ errors: error });
      onEnd(error instanceof CloseEvent ? `${error.code} ${error.reason}` : null);
    },
    complete: () => onEnd(null),
  });
  return () => {
    stop();
    void client.dispose();
  };
}
