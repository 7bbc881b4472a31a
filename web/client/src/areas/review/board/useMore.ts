import type { TypedDocumentNode } from "@urql/core";
import { useState } from "react";
import { useClient } from "urql";
import { problemOf } from "@/api/problem";
import { toast } from "@/ui/toasts";
import { appealCard, type Card, type Column, lengthened, type Page, reviewCard, workCard } from "./board";
import { MORE_APPEALS, MORE_CLAIMED, MORE_DECIDED, MORE_WAITING } from "./documents";
import { setBoard, useBoard } from "./store";

type Read = { cards: Card[]; page: Page };

/** Reads the next page of a column; and whether one is being read. */
export function useMore(): [more: (column: Column) => Promise<void>, reading: Column | null] {
  const client = useClient();
  const [reading, setReading] = useState<Column | null>(null);

  const ask = async <Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    take: (data: Data) => Read,
  ): Promise<Read | null> => {
    const { data, error } = await client.query(document, variables, { requestPolicy: "network-only" }).toPromise();
    if (error) toast({ tone: "bad", title: problemOf(error).message });
    return data ? take(data) : null;
  };

  const read = (column: Column, after: string | null): Promise<Read | null> => {
    const { filter } = useBoard.getState();
    switch (column) {
      case "waiting":
        return ask(MORE_WAITING, { after, ...filter }, ({ reviewBoard: { waiting } }) => ({
          cards: waiting.edges.map(({ node }) => reviewCard(node)),
          page: waiting.pageInfo,
        }));
      case "claimed":
        return ask(MORE_CLAIMED, { after }, ({ reviewBoard: { claimed } }) => ({
          cards: claimed.edges.map(({ node }) => reviewCard(node)),
          page: claimed.pageInfo,
        }));
      case "appeals":
        return ask(MORE_APPEALS, { after }, ({ reviewBoard: { appeals } }) => ({
          cards: appeals.edges.flatMap(({ node }) => appealCard(node)),
          page: appeals.pageInfo,
        }));
      default:
        return ask(
          MORE_DECIDED,
          { after, decision: column === "approved" ? ("APPROVED" as const) : ("REJECTED" as const) },
          ({ reviewBoard: { decided } }) => ({ cards: decided.edges.map(({ node }) => workCard(node)), page: decided.pageInfo }),
        );
    }
  };

  const more = async (column: Column) => {
    const { board, filter } = useBoard.getState();
    if (!board || reading) return;
    setReading(column);
    const got = await read(column, board.pages[column].endCursor);
    setReading(null);
    const { board: now, filter: still } = useBoard.getState();
    if (got && now && still === filter) setBoard(lengthened(now, column, got.cards, got.page, filter));
  };
  return [more, reading];
}
