import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Notice, ProblemText } from "@/ui/States";
import { Door } from "./Door";
import { CONFIRM_AGAIN } from "./documents";

export function CheckMail({ email }: { email: string }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [isSent, setSent] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const sendAgain = async () => {
    const { payload, problem } = await mutate(CONFIRM_AGAIN, { email });
    setProblem(problem);
    setSent(Boolean(payload));
  };
  return (
    <Door title={t`Check your mail`}>
      <div className="grid gap-4">
        <p>
          <Trans>
            A letter is on its way to <strong className="font-semibold">{email}</strong>. Its link confirms that the address is yours and
            works for three days.
          </Trans>
        </p>
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        {isSent && (
          <Notice tone="good">
            <Trans>Sent again.</Trans>
          </Notice>
        )}
        <Button onClick={sendAgain}>
          <Trans>Send it again</Trans>
        </Button>
        <Link to="/sign-in" search={{ email }} className="flex min-h-11 items-center justify-center text-13 text-accent">
          <Trans>I have confirmed it: sign in</Trans>
        </Link>
      </div>
    </Door>
  );
}
