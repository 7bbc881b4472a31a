import { Trans } from "@lingui/react/macro";
import { ArrowRight, CircleCheck, Hourglass, Lock } from "lucide-react";
import { Button, ButtonLink } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Empty } from "@/ui/States";
import type { Status } from "./documents";

/** What a test came to, and what can be done now. */
export function Outcome({ status, passScore, onAgain }: { status: Status | undefined; passScore: number; onAgain: () => void }) {
  const format = useFormat();
  if (status?.state === "PASSED")
    return (
      <Empty
        icon={<CircleCheck aria-hidden />}
        title={
          <h2 className="text-20">
            <Trans>Passed</Trans>
          </h2>
        }
        action={
          <ButtonLink to="/work" kind="primary">
            <Trans>See the projects</Trans>
            <ArrowRight className="size-4" aria-hidden />
          </ButtonLink>
        }
      >
        <Trans>
          {format.share(status.score ?? 0)} were right; it takes {format.share(passScore)}. Projects that ask for this test are open to you.
        </Trans>
      </Empty>
    );
  if (status?.state === "FAILED") {
    const { score, retryAt } = status;
    const isOpen = retryAt !== null && Date.parse(retryAt) <= Date.now();
    return (
      <Empty
        icon={<Hourglass aria-hidden />}
        title={
          <h2 className="text-20">
            <Trans>Not passed yet</Trans>
          </h2>
        }
        action={
          isOpen ? (
            <Button kind="primary" onClick={onAgain}>
              <Trans>Try again</Trans>
            </Button>
          ) : (
            <ButtonLink to="/work">
              <Trans>Back to the projects</Trans>
            </ButtonLink>
          )
        }
      >
        <Trans>
          {format.share(score ?? 0)} were right; it takes {format.share(passScore)}.
        </Trans>{" "}
        {retryAt && !isOpen && <Trans>You can try again from {format.time(retryAt)}.</Trans>}
      </Empty>
    );
  }
  return (
    <Empty
      icon={<Lock aria-hidden />}
      title={
        <h2 className="text-20">
          <Trans>There are no questions for you just now</Trans>
        </h2>
      }
      action={
        <ButtonLink to="/work">
          <Trans>Back to the projects</Trans>
        </ButtonLink>
      }
    >
      <Trans>No open project waits for you to take this test.</Trans>
    </Empty>
  );
}
