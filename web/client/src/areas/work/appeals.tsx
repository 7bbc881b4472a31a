import { Trans } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { AreaField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import type { Step } from "./standing/documents";

/** How far an appeal of one's own is, what one said, and what was answered. */
export function AppealText({ appeal, heading: Heading }: { appeal: NonNullable<Step["appeal"]>; heading: "h2" | "h4" }) {
  const format = useFormat();
  const { state, message, dueAt, decidedAt, comment } = appeal;
  return (
    <>
      <Heading className={Heading === "h2" ? "text-16" : "text-13"}>
        {state === "OPEN" && <Trans>Your appeal is open</Trans>}
        {state === "OVERTURNED" && <Trans>Your appeal was won</Trans>}
        {state === "UPHELD" && <Trans>Your appeal was turned down</Trans>}
      </Heading>
      <blockquote className="whitespace-pre-wrap break-words border-line border-l-2 pl-3 text-muted">{message}</blockquote>
      {comment && <p className="whitespace-pre-wrap break-words">{comment}</p>}
      <p className="text-12 text-muted">
        {state === "OPEN" ? <Trans>A decision is due by {format.time(dueAt)}.</Trans> : decidedAt && format.time(decidedAt)}
      </p>
    </>
  );
}

type Props = { heading: "h2" | "h3"; label: string; hint: ReactNode; send: (message: string) => Promise<Problem | undefined> };

/** One message, which somebody else reads. */
export function AppealForm({ heading: Heading, label, hint, send }: Props) {
  const [message, setMessage] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const appeal = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(await send(message));
    setBusy(false);
  };
  return (
    <form onSubmit={appeal} className="grid gap-3">
      <Heading className={Heading === "h2" ? "text-16" : "text-14"}>
        <Trans>You see it differently?</Trans>
      </Heading>
      {problem && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
      <AreaField
        label={label}
        hint={hint}
        required
        maxLength={2_000}
        value={message}
        onChange={(event) => setMessage(event.target.value)}
      />
      <Button type="submit" kind="primary" isBusy={isBusy}>
        <Trans>Appeal</Trans>
      </Button>
    </form>
  );
}
