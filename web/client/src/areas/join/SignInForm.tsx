import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { CONFIRM_AGAIN, SIGN_IN } from "./documents";
import { PasswordField } from "./PasswordField";

/** `onDone` gets the address of who signed in. */
export function SignInForm({ email: given = "", onDone }: { email?: string; onDone: (email: string) => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [email, setEmail] = useState(given);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem } = await mutate(SIGN_IN, { input: { email, password } });
    setBusy(false);
    setProblem(problem);
    if (payload?.viewer) onDone(payload.viewer.email);
  };
  const sendAgain = async () => {
    const { payload, problem } = await mutate(CONFIRM_AGAIN, { email });
    if (payload) toast({ tone: "plain", title: t`A new link is on its way to ${email}` });
    setProblem(problem);
  };

  return (
    <form onSubmit={signIn} className="grid gap-4">
      {problem && (
        <Notice>
          <ProblemText problem={problem} />
          {problem.code === "EMAIL_UNCONFIRMED" && (
            <button type="button" onClick={sendAgain} className="mt-1 block min-h-11 font-medium underline underline-offset-2 desk:min-h-0">
              <Trans>Send the link again</Trans>
            </button>
          )}
        </Notice>
      )}
      <TextField
        label={t`Email`}
        type="email"
        name="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField label={t`Password`} autoComplete="current-password" value={password} onChange={setPassword} />
      <Button type="submit" kind="primary" isBusy={isBusy}>
        <Trans>Sign in</Trans>
      </Button>
    </form>
  );
}
