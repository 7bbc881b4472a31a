import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { useEffect, useEffectEvent, useRef } from "react";
import { useClient } from "urql";
import { useExpiry } from "./held";
import { OFFLINE, type Problem, problemOf } from "./problem";

/** Refusals that trying again does not mend. */
const FINAL = new Set([
  ...["FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT", "EMAIL_UNCONFIRMED", "ACCOUNT_SUSPENDED", "TUTORIAL_REQUIRED", "QUALIFICATION_REQUIRED"],
  "NOT_ELIGIBLE",
]);
const AGAIN_MS = 3_000;

type Live<Data, Variables> = {
  variables: Variables;
  isPaused?: boolean;
  onEvent: (data: Data) => void;
  /** The stream's past is gone: read the state anew and hand in the new cursor. */
  onCursorExpired?: () => void;
  onRefused?: (problem: Problem) => void;
};

/** A subscription for as long as the component lives; it goes on from its last cursor, through reconnects, errors and a sign-in in between. */
export function useLive<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  { variables, isPaused = false, onEvent, onCursorExpired, onRefused }: Live<Data, Variables>,
): void {
  const client = useClient();
  const isExpired = useExpiry((state) => state.isExpired);
  const last = useRef<{ key: string; cursor: string } | null>(null);
  const take = useEffectEvent(onEvent);
  const expire = useEffectEvent(() => onCursorExpired?.());
  const refuse = useEffectEvent((problem: Problem) => onRefused?.(problem));
  const key = JSON.stringify(variables);

  useEffect(() => {
    if (isPaused || isExpired) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop = () => {};
    const start = () => {
      const given = JSON.parse(key) as Record<string, unknown>;
      const after = last.current?.key === key ? { after: last.current.cursor } : {};
      const { unsubscribe } = client.subscription(document, { ...given, ...after } as unknown as Variables).subscribe((result) => {
        if (result.data) {
          const cursor = cursorOf(result.data);
          if (cursor) last.current = { key, cursor };
          take(result.data);
        }
        if (result.error) end(problemOf(result.error));
      });
      stop = unsubscribe;
    };
    const end = (problem: Problem) => {
      stop();
      if (problem.code === "CURSOR_EXPIRED") {
        last.current = null;
        expire();
      } else if (FINAL.has(problem.code)) refuse(problem);
      else timer = setTimeout(start, problem.code === OFFLINE ? AGAIN_MS : (problem.retryAfter ?? 0) * 1000 + AGAIN_MS);
    };
    start();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, document, key, isPaused, isExpired]);
}

function cursorOf(data: unknown): string | undefined {
  const event = Object.values(data as Record<string, { cursor?: string } | null>)[0];
  return event?.cursor;
}
