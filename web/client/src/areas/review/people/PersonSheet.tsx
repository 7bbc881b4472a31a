import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useMutate } from "@/api/mutate";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { type Act, Decision } from "../Decision";
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

type Sanction = "SUSPEND" | "BAN" | "REINSTATE";

function Decide({ person, onChanged }: { person: Person; onChanged: (person: Person) => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [isFraud, setFraud] = useState(false);
  const {
    displayName: name,
    standing: { status },
  } = person;
  const acts: Act<Sanction>[] = [
    {
      key: "REINSTATE",
      name: t`Reinstate`,
      says: <Trans>They may work again from now on.</Trans>,
      done: t`${name} may work again`,
      isKind: true,
    },
    {
      key: "SUSPEND",
      name: t`Suspend`,
      says: <Trans>Ends work at once. Wallet, appeals and tickets stay open to them.</Trans>,
      done: t`${name} is suspended`,
      isKind: false,
      until: { hint: t`Left empty, it lasts until they are reinstated.`, isRequired: false },
    },
    {
      key: "BAN",
      name: t`Ban`,
      says: <Trans>Ends work for good. What was earned stays theirs.</Trans>,
      done: t`${name} is banned`,
      isKind: false,
    },
  ];
  const already: Partial<Record<Person["standing"]["status"], Sanction>> = { ACTIVE: "REINSTATE", SUSPENDED: "SUSPEND", BANNED: "BAN" };

  const decide = async (act: Sanction, reason: string, until: string | null) => {
    const named = { annotatorId: person.id, reason };
    if (act === "BAN") return mutate(BAN, { ...named, fraud: isFraud });
    return act === "REINSTATE" ? mutate(REINSTATE, named) : mutate(SUSPEND, { ...named, until });
  };
  return (
    <div className="border-line border-t pt-4">
      <Decision
        acts={acts.filter(({ key }) => key !== already[status])}
        decide={decide}
        onDone={({ annotator }) => annotator && onChanged(annotator)}
      >
        {(act) =>
          act === "BAN" && (
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
          )
        }
      </Decision>
    </div>
  );
}
