import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMutate } from "@/api/mutate";
import { useSession, useViewer } from "@/api/session";
import { Back } from "@/ui/Back";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Page";
import { About } from "./About";
import { ContactPage } from "./ContactPage";
import { OPEN_TICKET } from "./documents";
import { LetterForm, useLetter } from "./Letter";
import { ScreenshotsField } from "./ScreenshotsField";
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
  const letter = useLetter(`${viewerId}.`, given);
  const screenshots = useScreenshots();

  const open = async () => {
    const input = { subject: letter.subject.text, body: letter.body.text, about, attachmentIds: screenshots.ids };
    const opened = await letter.send(mutate(OPEN_TICKET, { input }));
    if (!opened?.ticket) return;
    await navigate({ to: "/help/tickets/$ticketId", params: { ticketId: opened.ticket.id }, replace: true });
  };
  return (
    <Page
      isNarrow
      title={t`Ask a person`}
      lead={<Trans>Say what you did, what you expected and what happened instead. Copy the exact words of an error.</Trans>}
    >
      <Back to="/help/tickets">
        <Trans>My tickets</Trans>
      </Back>
      <LetterForm
        letter={letter}
        onSend={open}
        {...screenshots.taking}
        head={
          about && (
            <p className="rounded-8 bg-soft px-3 py-2.5 text-13 empty:hidden">
              <About id={about} />
            </p>
          )
        }
      >
        <ScreenshotsField screenshots={screenshots} />
        <Button type="submit" kind="primary" isBusy={letter.isBusy} disabled={screenshots.isSending} className="desk:justify-self-end">
          {screenshots.isSending ? <Trans>Sending the pictures</Trans> : <Trans>Send</Trans>}
        </Button>
      </LetterForm>
    </Page>
  );
}
