import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { useCallback, useEffect, useState } from "react";
import { useClient } from "urql";
import { type Problem, problemOf } from "@/api/problem";

type Page<Node> = { edges: readonly { node: Node }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };

type Pages<Node> = {
  /** Null until the first page is there. */
  nodes: readonly Node[] | null;
  problem: Problem | null;
  hasMore: boolean;
  isBusy: boolean;
  more: () => void;
  again: () => void;
};

/** A list that is read page by page; each page comes beneath the one before. Other variables begin anew. */
export function usePages<Data, Variables extends AnyVariables, Node>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  take: (data: Data) => Page<Node>,
): Pages<Node> {
  const client = useClient();
  const key = JSON.stringify(variables);
  const [pages, setPages] = useState<{ key: string; read: readonly Page<Node>[] }>({ key, read: [] });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const read = pages.key === key ? pages.read : [];
  const last = read.at(-1)?.pageInfo;

  const ask = useCallback(
    async (after: string | null) => {
      const given = { ...JSON.parse(key), after } as Variables;
      const { data, error } = await client.query(document, given, { requestPolicy: "network-only" }).toPromise();
      return { data, problem: error ? problemOf(error) : null };
    },
    [client, document, key],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for the same once more, and `take` is written in place
  useEffect(() => {
    let isOver = false;
    void ask(null).then(({ data, problem }) => {
      if (isOver) return;
      setProblem(problem);
      if (data) setPages({ key, read: [take(data)] });
    });
    return () => {
      isOver = true;
    };
  }, [ask, key, turn]);

  const more = async () => {
    setBusy(true);
    const { data, problem } = await ask(last?.endCursor ?? null);
    setBusy(false);
    setProblem(problem);
    if (data) setPages((before) => (before.key === key ? { key, read: [...before.read, take(data)] } : before));
  };
  return {
    nodes: read.length > 0 ? read.flatMap(({ edges }) => edges.map(({ node }) => node)) : null,
    problem,
    hasMore: last?.hasNextPage ?? false,
    isBusy,
    more: () => void more(),
    again: () => setTurn((before) => before + 1),
  };
}
