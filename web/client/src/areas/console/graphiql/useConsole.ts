import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { isSubscription, post, stream } from "./execute";
import { INTROSPECTION, type Schema, schemaOf } from "./schema";

const KEPT_CHARACTERS = 200_000;

export type Outcome = { text: string; status: string; isBusy: boolean };

/** Runs operations, one at a time. */
export function useRunner(token: string) {
  const { t } = useLingui();
  const [outcome, setOutcome] = useState<Outcome>({ text: "", status: "", isBusy: false });
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const run = async (query: string, variablesText: string) => {
    stop.current?.();
    let variables: Record<string, unknown>;
    try {
      variables = JSON.parse(variablesText.trim() || "{}") as Record<string, unknown>;
    } catch (error) {
      setOutcome({ text: "", status: t`The variables are not JSON: ${(error as Error).message}`, isBusy: false });
      return;
    }
    if (isSubscription(query)) follow(query, variables);
    else await ask(query, variables);
  };

  const ask = async (query: string, variables: Record<string, unknown>) => {
    const abort = new AbortController();
    stop.current = () => abort.abort();
    setOutcome((before) => ({ ...before, status: t`Running`, isBusy: true }));
    const began = performance.now();
    try {
      const { status, body } = await post({ query, variables }, token, abort.signal);
      setOutcome({
        text: JSON.stringify(body, null, 2),
        status: t`${status} in ${Math.round(performance.now() - began)} ms`,
        isBusy: false,
      });
    } catch {
      if (!abort.signal.aborted) setOutcome({ text: "", status: t`No answer from Tidemark`, isBusy: false });
    }
  };

  const follow = (query: string, variables: Record<string, unknown>) => {
    let events = 0;
    setOutcome({ text: "", status: t`Waiting for the first event`, isBusy: true });
    const end = stream({ query, variables }, token, {
      onNext: (result) => {
        events += 1;
        setOutcome(({ text }) => ({
          text: `${JSON.stringify(result, null, 2)}\n\n${text}`.slice(0, KEPT_CHARACTERS),
          status: t`Live, ${plural(events, { one: "# event", other: "# events" })}`,
          isBusy: true,
        }));
      },
      onEnd: (problem) =>
        setOutcome(({ text }) => ({
          text,
          status: problem ? t`Ended: ${problem}` : t`Ended after ${plural(events, { one: "# event", other: "# events" })}`,
          isBusy: false,
        })),
    });
    stop.current = () => {
      end();
      setOutcome(({ text }) => ({
        text,
        status: t`Stopped after ${plural(events, { one: "# event", other: "# events" })}`,
        isBusy: false,
      }));
    };
  };

  return { outcome, run, stop: () => stop.current?.() };
}

/** Null while it is on its way, false where it could not be read. */
export function useSchema(): Schema | null | false {
  const [schema, setSchema] = useState<Schema | null | false>(null);
  useEffect(() => {
    post({ query: INTROSPECTION, variables: {} }, "")
      .then(({ body }) => setSchema(schemaOf((body as { data: Parameters<typeof schemaOf>[0] }).data)))
      .catch(() => setSchema(false));
  }, []);
  return schema;
}
