import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useClient } from "urql";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { useSession } from "@/api/session";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Notice, ProblemText } from "@/ui/States";
import { CREATE_ORGANIZATION, ORGANIZATIONS } from "./documents";

export function NewOrganization({ onDone }: { onDone?: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const mutate = useMutate();
  const { refresh } = useSession();
  const [name, setName] = useState("");
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem, errors } = await mutate(CREATE_ORGANIZATION, { name });
    setErrors(errors);
    setProblem(problem && !errorAt(errors, "name") ? problem : undefined);
    if (payload) {
      // Whoever founds the first one is a partner from here on.
      refresh();
      await client.query(ORGANIZATIONS, {}, { requestPolicy: "network-only" }).toPromise();
      onDone?.();
    }
    setBusy(false);
  };

  return (
    <form onSubmit={create} className="grid gap-4">
      {problem && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
      <TextField
        label={t`Name of the organization`}
        hint={t`Annotators see it beside your projects.`}
        error={errorAt(errors, "name")}
        required
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" kind="primary" isBusy={isBusy}>
        <Trans>Make the organization</Trans>
      </Button>
    </form>
  );
}
