import { Trans, useLingui } from "@lingui/react/macro";
import { Monitor, Smartphone } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql, type ResultOf } from "@/api/graphql";
import { useMutate } from "@/api/mutate";
import { problemOf } from "@/api/problem";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Failed, ProblemText, Rows } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { deviceOf } from "./device";

const SESSIONS = graphql(`
  query Sessions {
    sessions { id userAgent createdAt seenAt isCurrent }
  }
`);
const END_SESSION = graphql(`
  mutation EndSession($sessionId: ID!) {
    endSession(sessionId: $sessionId) { accepted errors { code message path } }
  }
`);
const END_OTHERS = graphql(`
  mutation EndOtherSessions {
    endOtherSessions { accepted errors { code message path } }
  }
`);

type Session = ResultOf<typeof SESSIONS>["sessions"][number];

/** Where one is signed in; what one does not know can be signed out. */
export function Sessions() {
  const { t } = useLingui();
  const mutate = useMutate();
  const [{ data, error }, again] = useQuery({ query: SESSIONS, requestPolicy: "cache-and-network" });
  const [busy, setBusy] = useState<string>();
  const others = data?.sessions.filter(({ isCurrent }) => !isCurrent) ?? [];

  const end = async (name: string, sessionId?: string) => {
    setBusy(name);
    const { problem } = sessionId ? await mutate(END_SESSION, { sessionId }) : await mutate(END_OTHERS, {});
    setBusy(undefined);
    if (problem && problem.code !== "NOT_FOUND") toast({ tone: "bad", title: <ProblemText problem={problem} /> });
    else toast({ tone: "good", title: sessionId ? t`Signed out there` : t`Signed out everywhere else` });
    again({ requestPolicy: "network-only" });
  };
  if (error && !data) return <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data) return <Rows count={2} className="h-14" />;
  return (
    <div className="grid gap-3">
      <ul className="grid divide-y divide-line">
        {[...data.sessions]
          .sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent))
          .map((session) => (
            <SessionLine key={session.id} session={session} isBusy={busy === session.id} onEnd={() => end(session.id, session.id)} />
          ))}
      </ul>
      {others.length > 1 && (
        <Button kind="danger" size="small" isBusy={busy === "others"} onClick={() => end("others")} className="justify-self-start">
          <Trans>Sign out everywhere else</Trans>
        </Button>
      )}
    </div>
  );
}

function SessionLine({ session, isBusy, onEnd }: { session: Session; isBusy: boolean; onEnd: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const { browser, system, isHandheld } = deviceOf(session.userAgent);
  const name = [browser, system].filter((each) => each !== null).join(" · ") || t`Unknown browser`;
  const Icon = isHandheld ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 py-2.5 first:pt-0 last:pb-0">
      <span className="grid size-10 shrink-0 place-items-center rounded-8 bg-ground text-muted">
        <Icon className="size-5" aria-hidden />
      </span>
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {name}
          {session.isCurrent && (
            <span className="rounded-full bg-soft px-2 text-12 text-accent">
              <Trans>This one</Trans>
            </span>
          )}
        </p>
        <p className="text-12 text-muted">
          <Trans>
            Since <time dateTime={session.createdAt}>{format.day(session.createdAt)}</time>
          </Trans>
          {!session.isCurrent && (
            <>
              {" · "}
              <Trans>
                last seen <time dateTime={session.seenAt}>{format.ago(session.seenAt)}</time>
              </Trans>
            </>
          )}
        </p>
      </div>
      {!session.isCurrent && (
        <Button size="small" isBusy={isBusy} onClick={onEnd} aria-label={t`Sign out: ${name}`} className="shrink-0 whitespace-nowrap">
          <Trans>Sign out</Trans>
        </Button>
      )}
    </li>
  );
}
