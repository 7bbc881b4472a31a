import { Trans } from "@lingui/react/macro";
import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { type ReactNode, useState } from "react";
import { useQuery } from "urql";
import { type Problem, problemOf } from "@/api/problem";
import { Button } from "./Button";
import { Card } from "./Page";
import { Failed, Rows } from "./States";

type Page<Node> = { edges: readonly { node: Node }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };

type Paged<Node> = { page: Page<Node> | undefined; problem: Problem | null; isBusy: boolean; more: () => void; again: () => void };

/** A list whose pages the cache keeps together (`relayPagination`); other variables begin anew. */
export function usePaged<Data, Variables extends AnyVariables, Node>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after">,
  take: (data: Data) => Page<Node> | undefined,
): Paged<Node> {
  const key = JSON.stringify(variables);
  const [reached, setReached] = useState<{ key: string; after: string | null }>();
  const after = reached?.key === key ? reached.after : null;
  const [{ data, error, fetching }, ask] = useQuery({ query, variables: { ...variables, after } as unknown as Variables });
  const page = data && take(data);
  return {
    page,
    problem: error && !page ? problemOf(error) : null,
    isBusy: fetching,
    more: () => setReached({ key, after: page?.pageInfo.endCursor ?? null }),
    again: () => ask({ requestPolicy: "network-only" }),
  };
}

type Props<Node> = {
  list: Paged<Node>;
  /** What stands there while the first page is on its way: how many rows, and their height. */
  waiting: { count: number; className: string };
  /** Where there is nothing. */
  empty: ReactNode;
  children: (node: Node) => ReactNode;
};

/** On its way, failed, empty, or there, with a button for what comes after. */
export function PagedList<Node extends { id: string }>({
  list: { page, problem, isBusy, more, again },
  waiting,
  empty,
  children,
}: Props<Node>) {
  if (problem) return <Failed problem={problem} retry={again} />;
  if (!page) return <Rows {...waiting} />;
  return (
    <>
      <Card className="overflow-hidden">
        {page.edges.length === 0 ? (
          empty
        ) : (
          <ul className="divide-y divide-line">
            {page.edges.map(({ node }) => (
              <li key={node.id}>{children(node)}</li>
            ))}
          </ul>
        )}
      </Card>
      {page.pageInfo.hasNextPage && (
        <Button onClick={more} isBusy={isBusy}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}
