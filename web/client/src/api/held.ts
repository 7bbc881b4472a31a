import type { Client, Exchange, Operation } from "@urql/core";
import { filter, pipe } from "wonka";
import { create } from "zustand";

/**
 * Whether the session ended under the page's feet. Its operations wait then, and go on when the same person has signed in again: a login
 * that ran out costs nothing.
 */
export const useExpiry = create<{ isExpired: boolean }>(() => ({ isExpired: false }));

const waiting = new Map<number, Operation>();

/** Keeps what was refused for want of a session, where there had been one. */
export function holdWhileExpired(hadSession: () => boolean): Exchange {
  return ({ forward }) =>
    (operations$) =>
      pipe(
        forward(operations$),
        filter(({ error, operation }) => {
          const isRefused = error?.graphQLErrors.some((each) => each.extensions.code === "UNAUTHENTICATED");
          if (!isRefused || !hadSession()) return true;
          waiting.set(operation.key, operation);
          useExpiry.setState({ isExpired: true });
          return false;
        }),
      );
}

export function goOn(client: Client): void {
  useExpiry.setState({ isExpired: false });
  const operations = [...waiting.values()];
  waiting.clear();
  for (const operation of operations) client.reexecuteOperation(operation);
}

export function forgetWaiting(): void {
  waiting.clear();
  useExpiry.setState({ isExpired: false });
}
