import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { AreaField, TextField } from "@/ui/Field";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { Figures, StatusBadge } from "../detail/Figures";
import { BAN, type Person, REINSTATE, SUSPEND } from "./documents";

type Props = { person: Person | undefined; onClose: () => void; onChanged: (person: Person) => void };

/** One person's figures, and what staff can decide about them. */
export function PersonSheet({ person, onClose, onChanged }: Props) {
  return (
    <Dialog isOpen={person !== undefined} onClose={onClose} isSheet title={person?.displayName ?? ""}>
      {person && <About key={person.id} person={person} onChanged={onChanged} />}
    </Dialog>
  );
}

function About({ person, onChanged }: { person: Person; onChanged: (person: Person) => void }) {
  const format = useFormat();
  const { standing } = person;
  return (
    <div className="grid gap-6">
      <div className="grid gap-2">
        <p className="flex flex-wrap items-center gap-2">
          <StatusBadge status={standing.status} />
          {standing.until && (
            <span className="text-13 text-muted">
              <Trans>until {format.time(standing.until)}</Trans>
            </span>
          )}
        </p>
        {standing.reason && <blockquote className="border-line border-l-2 pl-3 text-13 text-muted">{standing.reason}</blockquote>}
      </div>
      <Figures standing={standing} />
      <Decide key={standing.status} person={person} onChanged={onChanged} />
    </div>
  );
}

type Act = "SUSPEND" | "BAN" | "REINSTATE";

function Decide({ person, onChanged }: { person: Person; onChanged: (person: Person) => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const { status } = person.standing;
  const acts: Act[] = [
    ...(status === "ACTIVE" ? [] : (["REINSTATE"] as const)),
    ...(status === "SUSPENDED" ? [] : (["SUSPEND"] as const)),
    ...(status === "BANNED" ? [] : (["BAN"] as const)),
  ];
  const [act, setAct] = useState<Act>(acts[0] ?? "REINSTATE");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [isFraud, setFraud] = useState(false);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<{ message: string; code: string; path: string[] }>();
  const [isBusy, setBusy] = useState(false);
  const names = { SUSPEND: t`Suspend`, BAN: t`Ban`, REINSTATE: t`Reinstate` };

  const send = () => {
    const named = { annotatorId: person.id, reason };
    if (act === "BAN") return mutate(BAN, { ...named, fraud: isFraud });
    if (act === "REINSTATE") return mutate(REINSTATE, named);
    return mutate(SUSPEND, { ...named, until: until ? new Date(until).toISOString() : null });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem, errors } = await send();
    setBusy(false);
    setProblem(problem);
    setErrors(errors);
    if (!payload?.annotator) return;
    onChanged(payload.annotator);
    const done = {
      SUSPEND: t`${person.displayName} is suspended`,
      BAN: t`${person.displayName} is banned`,
      REINSTATE: t`${person.displayName} may work again`,
    };
    toast({ tone: "good", title: done[act] });
  };
  const isNamed = errorAt(errors, "reason") || errorAt(errors, "until");

  return (
    <form onSubmit={submit} className="grid gap-4 border-line border-t pt-4">
      <Filters<Act> label={t`Decision`} options={acts.map((each) => [each, names[each]] as const)} chosen={act} onChoose={setAct} />
      <p className="text-13 text-muted">
        {act === "SUSPEND" && <Trans>Ends work at once. Wallet, appeals and tickets stay open to them.</Trans>}
        {act === "BAN" && <Trans>Ends work for good. What was earned stays theirs.</Trans>}
        {act === "REINSTATE" && <Trans>They may work again from now on.</Trans>}
      </p>
      {problem && !isNamed && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
      {act === "SUSPEND" && (
        <TextField
          label={t`Until`}
          hint={t`Left empty, it lasts until they are reinstated.`}
          type="datetime-local"
          value={until}
          onChange={(event) => setUntil(event.target.value)}
          error={errorAt(errors, "until")}
        />
      )}
      {act === "BAN" && (
        <label className="flex min-h-11 items-start gap-3 py-2">
          <input
            type="checkbox"
            checked={isFraud}
            onChange={(event) => setFraud(event.target.checked)}
            className="mt-0.5 size-4 shrink-0 accent-accent"
          />
          <span className="grid gap-0.5">
            <Trans>For fraud</Trans>
            <span className="text-12 text-muted">
              <Trans>What they still withdraw is held until an admin has looked at it.</Trans>
            </span>
          </span>
        </label>
      )}
      <AreaField
        label={t`Reason`}
        hint={act === "REINSTATE" ? t`Goes on record.` : t`Goes on record, and is shown to them.`}
        required
        maxLength={1_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={errorAt(errors, "reason")}
      />
      <Button type="submit" kind={act === "REINSTATE" ? "primary" : "danger"} isBusy={isBusy}>
        {names[act]}
      </Button>
    </form>
  );
}
