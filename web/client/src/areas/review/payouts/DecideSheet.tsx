import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { AreaField, TextField } from "@/ui/Field";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { type Asked, HOLD, REFUSE, RELEASE } from "./documents";

type Props = { withdrawal: Asked | undefined; onClose: () => void; onDone: () => void };

/** What an admin can decide about one withdrawal that still waits. */
export function DecideSheet({ withdrawal, onClose, onDone }: Props) {
  const format = useFormat();
  return (
    <Dialog
      isOpen={withdrawal !== undefined}
      onClose={onClose}
      isSheet
      title={withdrawal ? `${withdrawal.requestedBy.displayName}: ${format.money(withdrawal.amount)}` : ""}
    >
      {withdrawal && <Decide key={withdrawal.id} withdrawal={withdrawal} onDone={onDone} />}
    </Dialog>
  );
}

type Act = "RELEASE" | "HOLD" | "REFUSE";

function Decide({ withdrawal, onDone }: { withdrawal: Asked; onDone: () => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const acts: Act[] = withdrawal.heldUntil ? ["RELEASE", "HOLD", "REFUSE"] : ["HOLD", "REFUSE"];
  const [act, setAct] = useState<Act>(acts[0] ?? "HOLD");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const names = { RELEASE: t`Release`, HOLD: t`Hold`, REFUSE: t`Refuse` };

  const send = () => {
    const named = { withdrawalId: withdrawal.id, reason };
    if (act === "RELEASE") return mutate(RELEASE, named);
    if (act === "REFUSE") return mutate(REFUSE, named);
    return mutate(HOLD, { ...named, until: new Date(until).toISOString() });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem, errors } = await send();
    setBusy(false);
    setProblem(problem);
    setErrors(errors);
    if (!payload) return;
    const done = { RELEASE: t`Released: the next batch takes it`, HOLD: t`Held`, REFUSE: t`Refused; the money is back in their balance` };
    toast({ tone: "good", title: done[act] });
    onDone();
  };
  const isNamed = errorAt(errors, "reason") || errorAt(errors, "until");
  return (
    <form onSubmit={submit} className="grid gap-4">
      <p className="break-all rounded-8 bg-ground p-3 font-mono text-13">{withdrawal.address}</p>
      {withdrawal.holdReason && <blockquote className="border-line border-l-2 pl-3 text-13 text-muted">{withdrawal.holdReason}</blockquote>}
      <Filters<Act> label={t`Decision`} options={acts.map((each) => [each, names[each]] as const)} chosen={act} onChoose={setAct} />
      <p className="text-13 text-muted">
        {act === "RELEASE" && <Trans>The next batch pays it.</Trans>}
        {act === "HOLD" && <Trans>No batch takes it until then. They can still cancel it.</Trans>}
        {act === "REFUSE" && <Trans>It fails for good, and the whole amount goes back to their balance.</Trans>}
      </p>
      {problem && !isNamed && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
      {act === "HOLD" && (
        <TextField
          label={t`Until`}
          hint={t`At most 30 days from now.`}
          type="datetime-local"
          required
          value={until}
          onChange={(event) => setUntil(event.target.value)}
          error={errorAt(errors, "until")}
        />
      )}
      <AreaField
        label={t`Reason`}
        hint={act === "RELEASE" ? t`Goes on record.` : t`Goes on record, and is shown to them.`}
        required
        maxLength={1_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={errorAt(errors, "reason")}
      />
      <Button type="submit" kind={act === "REFUSE" ? "danger" : "primary"} isBusy={isBusy}>
        {names[act]}
      </Button>
    </form>
  );
}
