import { Trans, useLingui } from "@lingui/react/macro";
import { TimerReset } from "lucide-react";
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { useMutate } from "@/api/mutate";
import { Button } from "@/ui/Button";
import { countdown } from "@/ui/format";
import { ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { classes } from "@/ui/words";
import { type Assignment, EXTEND, SERVER_TIME } from "./documents";

const SOON_SECONDS = 60;
const LEASE = { requestPolicy: "network-only" } as const;

/** What is left of the lease by the server's clock; pressing it begins the time anew, as often as the server allows. */
export function Countdown({ assignment }: { assignment: Assignment }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const offset = useClockOffset();
  const [until, setUntil] = useState(assignment.leaseExpiresAt);
  const [now, setNow] = useState(Date.now);
  useEffect(() => setUntil(assignment.leaseExpiresAt), [assignment.leaseExpiresAt]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = (Date.parse(until) - now - offset) / 1000;
  const extend = async () => {
    const { payload, problem } = await mutate(EXTEND, { assignmentId: assignment.id });
    if (payload?.assignment) setUntil(payload.assignment.leaseExpiresAt);
    else if (problem) toast({ tone: "bad", title: t`No more time`, detail: <ProblemText problem={problem} /> });
  };
  if (left <= 0)
    return (
      <p role="status" className="max-w-40 text-12 text-warning">
        <Trans>Time is up. You can submit as long as nobody else has it.</Trans>
      </p>
    );
  return (
    <Button
      size="small"
      kind="quiet"
      onClick={extend}
      aria-label={t`${countdown(left)} left; ask for more time`}
      title={t`Ask for more time`}
      className={classes(left < SOON_SECONDS && "!text-warning")}
    >
      <TimerReset className="size-4" aria-hidden />
      <span className="min-w-9 text-right">{countdown(left)}</span>
    </Button>
  );
}

/** By how many milliseconds the server is ahead of this device. */
function useClockOffset(): number {
  const [{ data }] = useQuery({ query: SERVER_TIME, context: LEASE });
  const [offset, setOffset] = useState(0);
  useEffect(() => {
    if (data) setOffset(Date.parse(data.serverTime) - Date.now());
  }, [data]);
  return offset;
}
