import type { ResultOf } from "@/api/graphql";
import type { ACTIVITY } from "./Activity";

export type Happening = ResultOf<typeof ACTIVITY>["activity"];
type Kind = NonNullable<Happening["__typename"]>;
type Of<Name extends Kind> = Extract<Happening, { __typename: Name }>;

const listeners = new Map<Kind, Set<(event: Happening) => void>>();

/** Calls the listener at every such event until it is told to stop. */
export function onActivity<Name extends Kind>(kind: Name, listener: (event: Of<Name>) => void): () => void {
  const known = listeners.get(kind) ?? new Set();
  listeners.set(kind, known.add(listener as (event: Happening) => void));
  return () => known.delete(listener as (event: Happening) => void);
}

export function announce(event: Happening): void {
  for (const listener of listeners.get(event.__typename) ?? []) listener(event);
}
