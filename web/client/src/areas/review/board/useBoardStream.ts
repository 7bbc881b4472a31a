import type { Client } from "@urql/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { useLive } from "@/api/live";
import { problemOf } from "@/api/problem";
import { boardOf, told } from "./board";
import { BOARD, BOARD_EVENTS, type BoardEvent } from "./documents";
import { forget, setBoard, useBoard } from "./store";

/** Whose board the store has. */
let owner: Client | null = null;

/** Reads the board, joins its stream where that was read, and applies what comes. Gives what reads it anew. */
export function useBoardStream(): () => void {
  const client = useClient();
  const filter = useBoard((state) => state.filter);
  const [cursor, setCursor] = useState<string | null>(null);
  // While the board is read: it may be older than what has come meanwhile.
  const meanwhile = useRef<BoardEvent[] | null>(null);

  const read = useCallback(
    async (isAnew = false) => {
      if (owner !== client) forget({});
      owner = client;
      meanwhile.current = [];
      const { data, error } = await client.query(BOARD, filter, { requestPolicy: "network-only" }).toPromise();
      if (useBoard.getState().filter !== filter || owner !== client) return;
      if (!data) {
        useBoard.setState({ problem: error ? problemOf(error) : null });
        return;
      }
      const { me } = useBoard.getState().board ?? {};
      const fresh = boardOf(data.reviewBoard, filter);
      const board = meanwhile.current.reduce((before, event) => told(before, event, filter).board, {
        ...fresh,
        me: fresh.me ?? me ?? null,
      });
      meanwhile.current = null;
      setBoard(board);
      setCursor((before) => (isAnew || !before ? data.reviewBoard.cursor : before));
    },
    [client, filter],
  );
  useEffect(() => void read(), [read]);

  useLive(BOARD_EVENTS, {
    variables: { after: cursor },
    isPaused: !cursor,
    onEvent: ({ reviewBoard: event }) => {
      meanwhile.current?.push(event);
      const { board } = useBoard.getState();
      if (!board) return;
      const next = told(board, event, filter);
      setBoard(next.board, next.arrived);
    },
    onCursorExpired: () => void read(true),
    onRefused: (problem) => useBoard.setState({ problem }),
  });
  return useCallback(() => void read(true), [read]);
}
