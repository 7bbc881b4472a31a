import { Trans, useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { Button, ButtonLink } from "@/ui/Button";
import { AreaField, TextField } from "@/ui/Field";
import { Card, Page } from "@/ui/Page";
import { Empty, Notice, ProblemText } from "@/ui/States";
import { Back } from "./Back";
import { BODY_LENGTH, CONTACT, SUBJECT_LENGTH } from "./documents";
import { useKept } from "./useKept";

/** For who cannot sign in: the answer comes by mail. */
export function ContactPage() {
  const { t } = useLingui();
  const mutate = useMutate();
  const { subject: given } = useSearch({ strict: false });
  const [email, setEmail] = useState("");
  const subject = useKept("subject", given);
  const body = useKept("body");
  const [isBusy, setBusy] = useState(false);
  const [isSent, setSent] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [errors, setErrors] = useState<readonly UserError[]>([]);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { payload, problem, errors } = await mutate(CONTACT, { email, subject: subject.text, body: body.text });
    setBusy(false);
    setProblem(problem);
    setErrors(errors);
    if (!payload) return;
    subject.forget();
    body.forget();
    setSent(true);
  };
  if (isSent)
    return (
      <Page isNarrow title={t`Contact us`}>
        <Card>
          <Empty
            icon={<MailCheck aria-hidden />}
            title={<span role="status">{t`Sent. The answer comes to ${email}`}</span>}
            action={
              <ButtonLink to="/help">
                <Trans>Back to the answers</Trans>
              </ButtonLink>
            }
          />
        </Card>
      </Page>
    );
  const isTold = ["email", "subject", "body"].some((field) => errorAt(errors, field));
  return (
    <Page isNarrow title={t`Contact us`} lead={<Trans>For when you cannot sign in. A person reads it and answers by mail.</Trans>}>
      <Back to="/help">
        <Trans>Help</Trans>
      </Back>
      <Card className="p-4 desk:p-6">
        <form onSubmit={send} className="grid gap-4">
          {problem && !isTold && (
            <Notice>
              <ProblemText problem={problem} />
            </Notice>
          )}
          <TextField
            label={t`Your email`}
            hint={t`One that you can read; the answer goes there.`}
            type="email"
            name="email"
            autoComplete="email"
            required
            value={email}
            error={errorAt(errors, "email")}
            onChange={(event) => setEmail(event.target.value)}
          />
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
          <Button type="submit" kind="primary" isBusy={isBusy} className="desk:justify-self-end">
            <Trans>Send</Trans>
          </Button>
        </form>
      </Card>
    </Page>
  );
}
