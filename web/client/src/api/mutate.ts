import type { AnyVariables, Client, OperationContext, TypedDocumentNode } from "@urql/core";
import { useCallback } from "react";
import { useClient } from "urql";
import { type Problem, problemOf, type UserError } from "./problem";

type Payload = { errors: readonly UserError[] };
type Done<Result> = { payload: Result; problem?: undefined } | { payload?: undefined; problem: Problem };

/**
 * Carries out a mutation with one root field. `problem` is what kept it from being carried out; a payload's own first error is told the
 * same way, and `errors` has all of them.
 */
export async function mutate<Data extends Record<string, Payload>, Variables extends AnyVariables>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  context?: Partial<OperationContext>,
): Promise<Done<Data[keyof Data]> & { errors: readonly UserError[] }> {
  const { data, error } = await client.mutation(document, variables, context).toPromise();
  if (error || !data) return { problem: error ? problemOf(error) : { message: "", code: "INTERNAL", path: [] }, errors: [] };
  const payload = Object.values(data).find((value) => typeof value === "object") as Data[keyof Data];
  const first = payload.errors[0];
  return first ? { problem: first, errors: payload.errors } : { payload, errors: [] };
}

export function useMutate() {
  const client = useClient();
  return useCallback(
    <Data extends Record<string, Payload>, Variables extends AnyVariables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
    ) => mutate(client, document, variables),
    [client],
  );
}
