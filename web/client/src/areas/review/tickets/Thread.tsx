import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { Button, IconButton } from "@/ui/Button";
import { AreaField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { classes } from "@/ui/words";
import { ABOUT, CLOSE, REPLY, type TicketThread } from "./documents";
import { TicketBadge } from "./TicketBadge";

type Props = { ticket: TicketThread; onBack: () => void; onChanged: (ticket: TicketThread) => void };

/** What was said, oldest first, and the answer. */
export function Thread({ ticket, onBack, onChanged }: Props) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [body, setBody] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<"reply" | "close">();

  const reply = async (event: FormEvent) => {
    event.preventDefault();
    setBusy("reply");
    const { payload, problem } = await mutate(REPLY, { ticketId: ticket.id, body });
    setBusy(undefined);
    setProblem(problem);
    if (!payload?.ticket) return;
    setBody("");
    onChanged(payload.ticket);
    toast({ tone: "good", title: t`Answered` });
  };
  const close = async () => {
    setBusy("close");
    const { payload, problem } = await mutate(CLOSE, { ticketId: ticket.id });
    setBusy(undefined);
    setProblem(problem);
    if (payload?.ticket) onChanged(payload.ticket);
  };

  return (
    <section aria-labelledby="ticket-subject" className="overflow-hidden rounded-12 border border-line bg-surface">
      <header className="flex items-start gap-2 border-line border-b px-3 py-2.5 desk:px-4">
        <IconButton label={t`Back to the list`} onClick={onBack} className="-ml-2 wide:!hidden">
          <ChevronLeft className="size-5" aria-hidden />
        </IconButton>
        <div className="grid min-w-0 grow gap-0.5">
          <h2 id="ticket-subject" className="break-words text-16">
            {ticket.subject}
          </h2>
          <p className="flex flex-wrap gap-x-2 text-12 text-muted">
            <From ticket={ticket} />
            {ticket.about && <About id={ticket.about} />}
          </p>
        </div>
        <TicketBadge state={ticket.state} />
      </header>
      <ol className="grid gap-3 p-3 desk:p-4">
        {ticket.messages.map((message) => (
          <Message key={`${message.sentAt}:${message.fromStaff}`} message={message} owner={ticket.openedBy?.displayName ?? ticket.email} />
        ))}
      </ol>
      <form onSubmit={reply} className="grid gap-3 border-line border-t p-3 desk:p-4">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <AreaField
          label={t`Answer`}
          hint={ticket.email ? t`Goes by mail to ${ticket.email}.` : undefined}
          required
          maxLength={5_000}
          rows={4}
          value={body}
          onChange={(event) => setBody(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          {ticket.state !== "CLOSED" && (
            <Button size="small" onClick={close} isBusy={busy === "close"} disabled={Boolean(busy)}>
              <Trans>Close ticket</Trans>
            </Button>
          )}
          <Button type="submit" size="small" kind="primary" isBusy={busy === "reply"} disabled={Boolean(busy)}>
            <Trans>Send answer</Trans>
          </Button>
        </div>
      </form>
    </section>
  );
}

function From({ ticket: { openedBy, email, createdAt } }: { ticket: TicketThread }) {
  const format = useFormat();
  return (
    <>
      {openedBy ? (
        <Link to="/review/people" search={{ person: openedBy.id }} className="text-accent underline-offset-2 hover:underline">
          {openedBy.displayName}
        </Link>
      ) : (
        <span>{email}</span>
      )}
      <span>{format.time(createdAt)}</span>
    </>
  );
}

/** What the ticket is about, in words, where that can still be seen. */
function About({ id }: { id: string }) {
  const [{ data }] = useQuery({ query: ABOUT, variables: { id } });
  const node = data?.node;
  if (!node) return null;
  const title = "title" in node ? node.title : "project" in node ? node.project.title : "externalId" in node ? node.externalId : null;
  const kind = {
    Project: <Trans>about the project</Trans>,
    Task: <Trans>about a task of</Trans>,
    Item: <Trans>about the item</Trans>,
    Annotation: <Trans>about an annotation of</Trans>,
  }[node.__typename as "Project"] ?? <Trans>about: {node.__typename}</Trans>;
  return (
    <span>
      {kind} {title && <span className="text-ink">{title}</span>}
    </span>
  );
}

type MessageProps = { message: TicketThread["messages"][number]; owner: string | null };

function Message({ message: { body, fromStaff, sentAt, attachments }, owner }: MessageProps) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <li
      className={classes(
        "max-w-[88%] rounded-12 px-3 py-2",
        fromStaff ? "justify-self-end bg-soft" : "justify-self-start border border-line bg-ground",
      )}
    >
      <p className="whitespace-pre-wrap break-words text-13">{body}</p>
      {attachments.length > 0 && (
        <ul className="mt-2 flex flex-wrap gap-2">
          {attachments.map(({ url, width, height, alt }) => (
            <li key={url}>
              <a href={url} target="_blank" rel="noopener noreferrer">
                <img
                  src={url}
                  width={width}
                  height={height}
                  alt={alt || t`Screenshot`}
                  className="h-28 w-auto rounded-8 border border-line object-cover"
                />
              </a>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-1 text-11 text-muted">
        {fromStaff ? <Trans>Staff</Trans> : owner} · <time dateTime={sentAt}>{format.time(sentAt)}</time>
      </p>
    </li>
  );
}
