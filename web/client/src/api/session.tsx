import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";
import { Provider, useClient, useQuery } from "urql";
import { type Connection, connect, noteSession } from "./client";
import { graphql, type ResultOf } from "./graphql";
import { forgetWaiting, goOn } from "./held";
import type { Problem } from "./problem";
import { problemOf } from "./problem";

export const VIEWER = graphql(`
  query Viewer {
    viewer {
      id
      email
      emailConfirmed
      roles
      activityCursor
      profile { displayName country languages devices timeZone missing }
      standing { status accuracy decided approved rejected skipRate until reason }
      tutorialProgress { passedSteps totalSteps completedAt }
      wallet {
        pending { amount currency }
        available { amount currency }
        withdrawing { amount currency }
        withdrawn { amount currency }
      }
    }
  }
`);

export type Viewer = NonNullable<ResultOf<typeof VIEWER>["viewer"]>;

type Session = {
  /** Undefined while it is not known yet. */
  viewer: Viewer | null | undefined;
  problem: Problem | undefined;
  refresh: () => void;
  /** Another person, or nobody, from here on: cache and socket begin anew. */
  renew: () => void;
  /** The same person has signed in again: what waited goes on. */
  resume: () => void;
};

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [connection, setConnection] = useState<Connection>(connect);
  const renew = useCallback(() => {
    forgetWaiting();
    setConnection((before) => {
      before.close();
      return connect();
    });
  }, []);
  const resume = useCallback(() => goOn(connection.client), [connection]);
  return (
    <Provider value={connection.client}>
      <WithViewer renew={renew} resume={resume}>
        {children}
      </WithViewer>
    </Provider>
  );
}

function WithViewer({ renew, resume, children }: Pick<Session, "renew" | "resume"> & { children: ReactNode }) {
  const client = useClient();
  const [{ data, error, fetching }, again] = useQuery({ query: VIEWER, requestPolicy: "cache-and-network" });
  // A new client begins with what the last one knew, which was somebody else: nothing is known until its own answer has come.
  const [answered, setAnswered] = useState(client);
  useEffect(() => {
    if (!fetching) setAnswered(client);
  }, [client, fetching]);
  const viewer = answered === client ? data?.viewer : undefined;
  useEffect(() => noteSession(Boolean(viewer)), [viewer]);
  const session = useMemo<Session>(
    () => ({
      viewer,
      problem: error && !data ? problemOf(error) : undefined,
      refresh: () => again({ requestPolicy: "network-only" }),
      renew,
      resume,
    }),
    [viewer, data, error, again, renew, resume],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("outside of SessionProvider");
  return session;
}

/** Who is signed in; only beneath the shell, which shows nothing else to nobody. */
export function useViewer(): Viewer {
  const { viewer } = useSession();
  if (!viewer) throw new Error("nobody is signed in");
  return viewer;
}
