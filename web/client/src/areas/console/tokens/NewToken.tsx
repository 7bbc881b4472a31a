import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, input, TextField } from "@/ui/Field";
import { Notice, ProblemText } from "@/ui/States";
import { CREATE_TOKEN, type Scope, type TokenOwner } from "./documents";
import { Secret } from "./Secret";
import { SCOPES } from "./scopes";

const DAY_MS = 86_400_000;

/** Makes a token, and shows its secret this once. */
export function NewToken({ owner, onMade, onClose }: { owner: TokenOwner; onMade: () => void; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const mutate = useMutate();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["PROJECTS_READ", "RESULTS_READ"]);
  const [days, setDays] = useState("90");
  const [secret, setSecret] = useState<string>();
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);

  const make = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const expiresAt = days ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null;
    const { payload, problem, errors } = await mutate(CREATE_TOKEN, { input: { organizationId: owner.id, name, scopes, expiresAt } });
    setBusy(false);
    setErrors(errors);
    setProblem(problem && !["name", "scopes", "expiresAt"].some((field) => errorAt(errors, field)) ? problem : undefined);
    if (!payload?.secret) return;
    setSecret(payload.secret);
    onMade();
  };

  if (secret)
    return (
      <Dialog isOpen title={t`Copy it now`}>
        <Secret secret={secret} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog isOpen onClose={onClose} title={t`New token for ${owner.name}`}>
      <form onSubmit={make} className="grid gap-4">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <TextField
          label={t`Name`}
          hint={t`What it is for, such as “Nightly import”.`}
          error={errorAt(errors, "name")}
          required
          maxLength={60}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className="grid gap-1">
          <legend className="mb-1 font-medium text-13">
            <Trans>What it may do</Trans>
          </legend>
          {(Object.keys(SCOPES) as Scope[]).map((scope) => (
            <label key={scope} className="flex min-h-11 items-start gap-3 py-1.5">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) => setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((each) => each !== scope))}
                className="mt-0.5 size-5 shrink-0 accent-accent desk:size-4"
              />
              <span className="grid">
                <span className="font-medium">{i18n._(SCOPES[scope].label)}</span>
                <span className="text-12 text-muted">{i18n._(SCOPES[scope].about)}</span>
              </span>
            </label>
          ))}
          {errorAt(errors, "scopes") && (
            <p role="alert" className="text-12 text-bad">
              {errorAt(errors, "scopes")}
            </p>
          )}
        </fieldset>
        <Field label={t`Valid for`} error={errorAt(errors, "expiresAt")}>
          {(attributes) => (
            <select {...attributes} className={input} value={days} onChange={(event) => setDays(event.target.value)}>
              <option value="7">{t`7 days`}</option>
              <option value="30">{t`30 days`}</option>
              <option value="90">{t`90 days`}</option>
              <option value="365">{t`A year`}</option>
              <option value="">{t`Until it is revoked`}</option>
            </select>
          )}
        </Field>
        <Button type="submit" kind="primary" isBusy={isBusy}>
          <Trans>Make the token</Trans>
        </Button>
      </form>
    </Dialog>
  );
}
