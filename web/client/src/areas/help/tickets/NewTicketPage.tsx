import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutate } from "@/api/mutate";
import { errorAt, type Problem, type UserError } from "@/api/problem";
import { useSession, useViewer } from "@/api/session";
import { Button } from "@/ui/Button";
import { AreaField, TextField } from "@/ui/Field";
import { Card, Page } from "@/ui/Page";
import { Notice, ProblemText } from "@/ui/States";
import { About } from "./About";
import { Back } from "./Back";
import { ContactPage } from "./ContactPage";
import { BODY_LENGTH, OPEN_TICKET, SUBJECT_LENGTH } from "./documents";
import { ScreenshotsField } from "./ScreenshotsField";
import { useKept } from "./useKept";
import { useScreenshots } from "./useScreenshots";

export function NewTicketPage() {
  const { viewer } = useSession();
  return viewer ? <NewTicket /> : <ContactPage />;
}

function NewTicket() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const mutate = useMutate();
  const { id: viewerId } = useViewer();
  const { about, subject: given } = useSearch({ from: "/signed-in/help/tickets/new" });
  const subject = useKept(`${viewerId}.subject`, given);
  const body = useKept(`${viewerId}.body`);
  const screenshots = useScreenshots();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [errors, setErrors] = useState<readonly UserError[]>([]);

  const open = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const input = { subject: subject.text, body: body.text, about, attachmentIds: screenshots.ids };
    const { payload, problem, errors } = await mutate(OPEN_TICKET, { input });
    setBusy(false);
    setProblem(problem);
    setErrors(errors);
    if (!payload?.ticket) return;
    subject.forget();
    body.forget();
    await navigate({ to: "/help/tickets/$ticketId", params: { ticketId: payload.ticket.id }, replace: true });
  };
  const isTold = errorAt(errors, "subject") || errorAt(errors, "body");
  return (
    <Page
      isNarrow
      title={t`Ask a person`}
      lead={<Trans>Say what you did, what you expected and what happened instead. Copy the exact words of an error.</Trans>}
    >
      <Back to="/help/tickets">
        <Trans>My tickets</Trans>
      </Back>
      <Card className="p-4 desk:p-6">
        <form onSubmit={open} {...screenshots.taking} className="grid gap-4">
          {problem && !isTold && (
            <Notice>
              <ProblemText problem={problem} />
            </Notice>
          )}
          {about && (
            <p className="rounded-8 bg-soft px-3 py-2.5 text-13 empty:hidden">
              <About id={about} />
            </p>
          )}
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
          <ScreenshotsField screenshots={screenshots} />
          <Button type="submit" kind="primary" isBusy={isBusy} disabled={screenshots.isSending} className="desk:justify-self-end">
            {screenshots.isSending ? <Trans>Sending the pictures</Trans> : <Trans>Send</Trans>}
          </Button>
        </form>
      </Card>
    </Page>
  );
}
