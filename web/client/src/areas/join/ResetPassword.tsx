import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { useSession } from "@/api/session";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Notice, ProblemText } from "@/ui/States";
import { Door } from "./Door";
import { REQUEST_RESET, RESET } from "./documents";
import { PasswordField } from "./PasswordField";

/** Without a token it asks for a letter; with the letter's token, for the new password. */
export function ResetPassword() {
  const { token } = useSearch({ from: "/reset-password" });
  return token ? <NewPassword token={token} /> : <AskForLetter />;
}

function AskForLetter() {
  const { t } = useLingui();
  const mutate = useMutate();
  const [email, setEmail] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [isSent, setSent] = useState(false);
  const ask = async (event: FormEvent) => {
    event.preventDefault();
    const { payload, problem } = await mutate(REQUEST_RESET, { email });
    setProblem(problem);
    setSent(Boolean(payload));
  };
  return (
    <Door title={t`Choose a new password`} lead={<Trans>We send a link to your address.</Trans>}>
      <form onSubmit={ask} className="grid gap-4">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        {isSent && (
          <Notice tone="good">
            <Trans>If this address has an account, a letter is on its way. Its link works for one hour.</Trans>
          </Notice>
        )}
        <TextField
          label={t`Email`}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Button type="submit" kind="primary">
          <Trans>Send the link</Trans>
        </Button>
        <Link to="/sign-in" className="flex min-h-11 items-center justify-center text-13 text-accent">
          <Trans>Back to signing in</Trans>
        </Link>
      </form>
    </Door>
  );
}

function NewPassword({ token }: { token: string }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const navigate = useNavigate();
  const { renew } = useSession();
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const change = async (event: FormEvent) => {
    event.preventDefault();
    const { payload, problem, errors } = await mutate(RESET, { token, password });
    setErrors(errors);
    setProblem(problem && problem.path.at(-1) !== "password" ? problem : undefined);
    if (!payload) return;
    renew();
    await navigate({ to: "/", replace: true });
  };
  return (
    <Door title={t`Choose a new password`} lead={<Trans>It ends every session of yours, and signs you in here.</Trans>}>
      <form onSubmit={change} className="grid gap-4">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />{" "}
            <Link to="/reset-password" className="font-medium underline underline-offset-2">
              <Trans>Ask for a new link</Trans>
            </Link>
          </Notice>
        )}
        <PasswordField
          label={t`New password`}
          hint={t`At least 8 characters; a few words are best.`}
          error={errorAt(errors, "password")}
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
        />
        <Button type="submit" kind="primary">
          <Trans>Change the password</Trans>
        </Button>
      </form>
    </Door>
  );
}
