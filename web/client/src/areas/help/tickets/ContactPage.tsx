import { Trans, useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt } from "@/api/problem";
import { Back } from "@/ui/Back";
import { Button, ButtonLink } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Card, Page } from "@/ui/Page";
import { Empty } from "@/ui/States";
import { CONTACT } from "./documents";
import { LetterForm, useLetter } from "./Letter";

/** For who cannot sign in: the answer comes by mail. */
export function ContactPage() {
  const { t } = useLingui();
  const mutate = useMutate();
  const { subject: given } = useSearch({ strict: false });
  const [email, setEmail] = useState("");
  const [isSent, setSent] = useState(false);
  const letter = useLetter("", given);

  const send = async () => {
    const sent = await letter.send(mutate(CONTACT, { email, subject: letter.subject.text, body: letter.body.text }));
    if (sent) setSent(true);
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
  return (
    <Page isNarrow title={t`Contact us`} lead={<Trans>For when you cannot sign in. A person reads it and answers by mail.</Trans>}>
      <Back to="/help">
        <Trans>Help</Trans>
      </Back>
      <LetterForm
        letter={letter}
        onSend={send}
        told={["email"]}
        head={
          <TextField
            label={t`Your email`}
            hint={t`One that you can read; the answer goes there.`}
            type="email"
            name="email"
            autoComplete="email"
            required
            value={email}
            error={errorAt(letter.errors, "email")}
            onChange={(event) => setEmail(event.target.value)}
          />
        }
      >
        <Button type="submit" kind="primary" isBusy={letter.isBusy} className="desk:justify-self-end">
          <Trans>Send</Trans>
        </Button>
      </LetterForm>
    </Page>
  );
}
