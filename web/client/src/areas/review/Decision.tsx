import { useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { AreaField, TextField } from "@/ui/Field";
import { Filters } from "@/ui/Filters";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";

export type Act<Key extends string> = {
  key: Key;
  name: string;
  /** What follows from it. */
  says: ReactNode;
  /** What is said when it is done. */
  done: string;
  /** Who it is about is not told why, and nothing is taken from them. */
  isKind: boolean;
  /** Where it may end by itself. */
  until?: { hint: string; isRequired: boolean };
};
type Done<Payload> = { payload?: Payload; problem?: Problem | undefined; errors: readonly UserError[] };
type Props<Key extends string, Payload> = {
  acts: readonly Act<Key>[];
  /** `until` as RFC 3339, or null. */
  decide: (act: Key, reason: string, until: string | null) => Promise<Done<Payload>>;
  onDone: (payload: NonNullable<Payload>) => void;
  /** What else is asked of an act. */
  children?: (act: Key) => ReactNode;
};

/** One of several acts of staff, with its reason, which goes on record. */
export function Decision<Key extends string, Payload>({ acts, decide, onDone, children }: Props<Key, Payload>) {
  const { t } = useLingui();
  const [key, setKey] = useState(acts[0]?.key);
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [{ problem, errors }, setDone] = useState<Done<Payload>>({ errors: [] });
  const [isBusy, setBusy] = useState(false);
  const act = acts.find((each) => each.key === key);
  if (!act) return null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const done = await decide(act.key, reason, act.until && until ? new Date(until).toISOString() : null);
    setBusy(false);
    setDone(done);
    if (done.problem || !done.payload) return;
    toast({ tone: "good", title: act.done });
    onDone(done.payload);
  };
  const isNamed = errorAt(errors, "reason") || errorAt(errors, "until");
  return (
    <form onSubmit={submit} className="grid gap-4">
      {acts.length > 1 && (
        <Filters<Key> label={t`Decision`} options={acts.map((each) => [each.key, each.name] as const)} chosen={act.key} onChoose={setKey} />
      )}
      <div className="text-13 text-muted">{act.says}</div>
      {problem && !isNamed && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
      {act.until && (
        <TextField
          label={t`Until`}
          hint={act.until.hint}
          type="datetime-local"
          required={act.until.isRequired}
          value={until}
          onChange={(event) => setUntil(event.target.value)}
          error={errorAt(errors, "until")}
        />
      )}
      {children?.(act.key)}
      <AreaField
        label={t`Reason`}
        hint={act.isKind ? t`Goes on record.` : t`Goes on record, and is shown to them.`}
        required
        maxLength={1_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={errorAt(errors, "reason")}
      />
      <Button type="submit" kind={act.isKind ? "primary" : "danger"} isBusy={isBusy}>
        {act.name}
      </Button>
    </form>
  );
}
