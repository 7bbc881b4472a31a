import { Trans, useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { ButtonLink } from "@/ui/Button";
import { Loading, Notice, ProblemText, Skeleton } from "@/ui/States";
import { Door } from "./Door";
import { CONFIRM } from "./documents";

export function ConfirmEmail() {
  const { t } = useLingui();
  const mutate = useMutate();
  const { token = "" } = useSearch({ from: "/confirm-email" });
  const [email, setEmail] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  // A token works once; effects may run twice.
  const used = useRef("");
  useEffect(() => {
    if (used.current === token) return;
    used.current = token;
    void mutate(CONFIRM, { token }).then(({ payload, problem }) => {
      setEmail(payload?.viewer?.email);
      setProblem(problem);
    });
  }, [token, mutate]);

  if (problem)
    return (
      <Door title={t`This link does not work`}>
        <div className="grid gap-4">
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
          <p className="text-muted">
            <Trans>Sign in: if the address is not confirmed yet, you can have a new link sent there.</Trans>
          </p>
          <ButtonLink to="/sign-in" kind="primary">
            <Trans>Sign in</Trans>
          </ButtonLink>
        </div>
      </Door>
    );
  if (!email)
    return (
      <Door title={t`Confirming your address`}>
        <Loading>
          <Skeleton className="h-11" />
        </Loading>
      </Door>
    );
  return (
    <Door title={t`Your address is confirmed`} lead={email}>
      <ButtonLink to="/sign-in" search={{ email }} kind="primary" className="w-full">
        <Trans>Sign in and begin</Trans>
      </ButtonLink>
    </Door>
  );
}
