import { useLingui } from "@lingui/react/macro";
import { type FormEvent, type FormHTMLAttributes, type ReactNode, useState } from "react";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { AreaField, TextField } from "@/ui/Field";
import { Card } from "@/ui/Page";
import { Notice, ProblemText } from "@/ui/States";
import { BODY_LENGTH, SUBJECT_LENGTH } from "./documents";
import { useKept } from "./useKept";

type Done<Payload> = { payload?: Payload; problem?: Problem; errors: readonly UserError[] };
type Letter = ReturnType<typeof useLetter>;

/** A subject and a message that a reload does not lose, until they have arrived. `owner` keeps those of several people apart. */
export function useLetter(owner: string, given?: string) {
  const subject = useKept(`${owner}subject`, given);
  const body = useKept(`${owner}body`);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [errors, setErrors] = useState<readonly UserError[]>([]);

  const send = async <Payload,>(sending: Promise<Done<Payload>>): Promise<Payload | undefined> => {
    setBusy(true);
    const { payload, problem, errors } = await sending;
    setBusy(false);
    setProblem(problem);
    setErrors(errors);
    if (payload) {
      subject.forget();
      body.forget();
    }
    return payload;
  };
  return { subject, body, isBusy, problem, errors, send };
}

type FormProps = Omit<FormHTMLAttributes<HTMLFormElement>, "onSubmit"> & {
  letter: Letter;
  onSend: () => Promise<void>;
  /** Above the subject. */
  head?: ReactNode;
  /** Fields of the head whose errors stand beside them. */
  told?: readonly string[];
  /** Beneath the message: what goes with it, and the button. */
  children: ReactNode;
};

export function LetterForm({ letter: { subject, body, problem, errors }, onSend, head, told = [], children, ...rest }: FormProps) {
  const { t } = useLingui();
  const isTold = [...told, "subject", "body"].some((field) => errorAt(errors, field));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSend();
  };
  return (
    <Card className="p-4 desk:p-6">
      <form {...rest} onSubmit={submit} className="grid gap-4">
        {problem && !isTold && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        {head}
        <TextField
          label={t`Subject`}
          name="subject"
          required
          maxLength={SUBJECT_LENGTH}
          autoComplete="off"
          value={subject.text}
          error={errorAt(errors, "subject")}
          onChange={(event) => subject.write(event.target.value)}
        />
        <AreaField
          label={t`Message`}
          name="body"
          required
          rows={7}
          maxLength={BODY_LENGTH}
          value={body.text}
          error={errorAt(errors, "body")}
          onChange={(event) => body.write(event.target.value)}
        />
        {children}
      </form>
    </Card>
  );
}
