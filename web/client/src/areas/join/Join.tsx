import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Notice, ProblemText } from "@/ui/States";
import { CheckMail } from "./CheckMail";
import { Door } from "./Door";
import { REGISTER } from "./documents";
import { PasswordField } from "./PasswordField";

const FIELDS = new Set(["email", "password", "displayName", "acceptTerms"]);

export function Join() {
  const { t } = useLingui();
  const mutate = useMutate();
  const [given, setGiven] = useState({ email: "", password: "", displayName: "", acceptTerms: false });
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const [isSent, setSent] = useState(false);

  const set = (changed: Partial<typeof given>) => setGiven((before) => ({ ...before, ...changed }));
  const register = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem, errors } = await mutate(REGISTER, { input: given });
    setBusy(false);
    setErrors(errors);
    setProblem(problem && !FIELDS.has(problem.path.at(-1) ?? "") ? problem : undefined);
    if (payload) setSent(true);
  };

  if (isSent) return <CheckMail email={given.email} />;
  return (
    <Door title={t`Create your account`} lead={<Trans>Email and a password; the rest can wait a minute.</Trans>}>
      <form onSubmit={register} className="grid gap-4">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <TextField
          label={t`Name`}
          hint={t`As moderators will see it.`}
          error={errorAt(errors, "displayName")}
          autoComplete="nickname"
          required
          maxLength={60}
          value={given.displayName}
          onChange={(event) => set({ displayName: event.target.value })}
        />
        <TextField
          label={t`Email`}
          error={errorAt(errors, "email")}
          type="email"
          autoComplete="username"
          required
          value={given.email}
          onChange={(event) => set({ email: event.target.value })}
        />
        <PasswordField
          label={t`Password`}
          hint={t`At least 8 characters; a few words are best.`}
          error={errorAt(errors, "password")}
          autoComplete="new-password"
          value={given.password}
          onChange={(password) => set({ password })}
        />
        <Consent isAccepted={given.acceptTerms} onChange={(acceptTerms) => set({ acceptTerms })} error={errorAt(errors, "acceptTerms")} />
        <Button type="submit" kind="primary" isBusy={isBusy}>
          <Trans>Create account</Trans>
        </Button>
      </form>
      <p className="mt-4 text-13 text-muted">
        <Trans>
          Here already?{" "}
          <Link to="/sign-in" className="inline-flex min-h-11 items-center text-accent">
            Sign in
          </Link>
        </Trans>
      </p>
    </Door>
  );
}

function Consent({ isAccepted, onChange, error }: { isAccepted: boolean; onChange: (accepted: boolean) => void; error?: string }) {
  return (
    <div className="grid gap-1.5">
      <label className="flex min-h-11 items-start gap-3 py-1 text-13">
        <input
          type="checkbox"
          required
          checked={isAccepted}
          onChange={(event) => onChange(event.target.checked)}
          className="mt-0.5 size-5 shrink-0 accent-accent"
        />
        <span>
          <Trans>
            I am of age where I live. I keep what I see in tasks to myself, and I agree that my answers, my profile and my payments are
            stored to match, judge and pay my work.
          </Trans>
        </span>
      </label>
      {error && (
        <p role="alert" className="text-12 text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
