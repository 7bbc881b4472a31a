import { Trans, useLingui } from "@lingui/react/macro";
import { useMutate } from "@/api/mutate";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { type Act, Decision } from "../Decision";
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

type Verb = "RELEASE" | "HOLD" | "REFUSE";

function Decide({ withdrawal, onDone }: { withdrawal: Asked; onDone: () => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const release: Act<Verb> = {
    key: "RELEASE",
    name: t`Release`,
    says: <Trans>The next batch pays it.</Trans>,
    done: t`Released: the next batch takes it`,
    isKind: true,
  };
  const acts: Act<Verb>[] = [
    ...(withdrawal.heldUntil ? [release] : []),
    {
      key: "HOLD",
      name: t`Hold`,
      says: <Trans>No batch takes it until then. They can still cancel it.</Trans>,
      done: t`Held`,
      isKind: false,
      until: { hint: t`At most 30 days from now.`, isRequired: true },
    },
    {
      key: "REFUSE",
      name: t`Refuse`,
      says: <Trans>It fails for good, and the whole amount goes back to their balance.</Trans>,
      done: t`Refused; the money is back in their balance`,
      isKind: false,
    },
  ];
  const decide = async (verb: Verb, reason: string, until: string | null) => {
    const named = { withdrawalId: withdrawal.id, reason };
    if (verb === "HOLD") return mutate(HOLD, { ...named, until: until ?? "" });
    return verb === "RELEASE" ? mutate(RELEASE, named) : mutate(REFUSE, named);
  };
  return (
    <div className="grid gap-4">
      <p className="break-all rounded-8 bg-ground p-3 font-mono text-13">{withdrawal.address}</p>
      {withdrawal.holdReason && <blockquote className="border-line border-l-2 pl-3 text-13 text-muted">{withdrawal.holdReason}</blockquote>}
      <Decision acts={acts} decide={decide} onDone={onDone} />
    </div>
  );
}
