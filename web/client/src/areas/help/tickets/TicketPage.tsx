import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useQuery } from "urql";
import { useMutate } from "@/api/mutate";
import { type Problem, problemOf } from "@/api/problem";
import { Mark } from "@/shell/Mark";
import { Back } from "@/ui/Back";
import { Button } from "@/ui/Button";
import { AreaField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Failed, Notice, ProblemText, Rows } from "@/ui/States";
import { classes } from "@/ui/words";
import { About } from "./About";
import { BODY_LENGTH, CLOSE_TICKET, type Message, MY_TICKET, type Ticket, WRITE } from "./documents";
import { ScreenshotsField } from "./ScreenshotsField";
import { StateBadge } from "./StateBadge";
import { useKept } from "./useKept";
import { useScreenshots } from "./useScreenshots";

/** One ticket: what was said, oldest first, and room to go on. Answers come in by themselves. */
export function TicketPage() {
  const { t } = useLingui();
  const { ticketId } = useParams({ from: "/signed-in/help/tickets/$ticketId" });
  const [{ data, error }, again] = useQuery({ query: MY_TICKET, variables: { id: ticketId } });
  if (error && !data) return <Failed isPage problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data)
    return (
      <Page isNarrow title={t`Ticket`}>
        <Rows count={3} className="h-28" />
      </Page>
    );
  if (data.node?.__typename !== "Ticket")
    return <Failed isPage problem={{ code: "NOT_FOUND", message: t`There is no such ticket.`, path: [] }} />;
  return <Conversation key={ticketId} ticket={data.node} />;
}

function Conversation({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const { subject, state, about, messages } = ticket;
  const end = useRef<HTMLDivElement>(null);
  const shown = useRef(messages.length);
  useEffect(() => {
    if (messages.length > shown.current) end.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    shown.current = messages.length;
  }, [messages.length]);
  return (
    <Page isNarrow title={subject} lead={about && <About id={about} />} aside={<StateBadge state={state} />}>
      <Back to="/help/tickets">
        <Trans>My tickets</Trans>
      </Back>
      <div className="grid gap-6">
        <div role="log" aria-label={t`What was said`} className="grid gap-4">
          {messages.map((message) => (
            <Said key={`${message.sentAt} ${message.fromStaff}`} message={message} />
          ))}
          <div ref={end} className="scroll-mb-24" />
        </div>
        <Reply ticket={ticket} />
      </div>
    </Page>
  );
}

function Said({ message: { body, fromStaff, sentAt, attachments } }: { message: Message }) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <article
      className={classes(
        "grid max-w-[92%] gap-2 rounded-16 px-4 py-3",
        fromStaff ? "justify-self-start border border-line bg-surface" : "justify-self-end bg-soft",
      )}
    >
      <header className="flex flex-wrap items-center gap-x-2 text-12 text-muted">
        {fromStaff && <Mark className="size-4" />}
        <span className="font-medium text-ink">{fromStaff ? <Trans>Tidemark staff</Trans> : <Trans>You</Trans>}</span>
        <time dateTime={sentAt}>{format.time(sentAt)}</time>
      </header>
      <p className="whitespace-pre-wrap break-words leading-6">{body}</p>
      {attachments.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {attachments.map(({ url, width, height, alt }) => (
            <li key={url}>
              <a href={url} target="_blank" rel="noopener noreferrer" className="block rounded-8">
                <img
                  src={url}
                  width={width}
                  height={height}
                  alt={alt || t`Screenshot`}
                  className="h-32 w-auto max-w-full rounded-8 border border-line object-cover"
                />
              </a>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Reply({ ticket: { id, state } }: { ticket: Ticket }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const body = useKept(id);
  const screenshots = useScreenshots();
  const [busy, setBusy] = useState<"write" | "close">();
  const [problem, setProblem] = useState<Problem>();

  const write = async (event: FormEvent) => {
    event.preventDefault();
    setBusy("write");
    const { payload, problem } = await mutate(WRITE, { ticketId: id, body: body.text, attachmentIds: screenshots.ids });
    setBusy(undefined);
    setProblem(problem);
    if (!payload) return;
    body.forget();
    screenshots.clear();
  };
  const close = async () => {
    setBusy("close");
    const { problem } = await mutate(CLOSE_TICKET, { ticketId: id });
    setBusy(undefined);
    setProblem(problem);
  };
  return (
    <Card className="p-4 desk:p-6">
      <form onSubmit={write} {...screenshots.taking} className="grid gap-4">
        {problem && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <AreaField
          label={t`Your message`}
          hint={state === "CLOSED" ? t`This ticket is closed; a message opens it again.` : undefined}
          name="body"
          required
          rows={4}
          maxLength={BODY_LENGTH}
          value={body.text}
          onChange={(event) => body.write(event.target.value)}
        />
        <ScreenshotsField screenshots={screenshots} />
        <div className="flex flex-wrap justify-end gap-2">
          {state !== "CLOSED" && (
            <Button onClick={close} isBusy={busy === "close"} disabled={Boolean(busy)} className="max-desk:grow">
              <Trans>Solved: close it</Trans>
            </Button>
          )}
          <Button
            type="submit"
            kind="primary"
            isBusy={busy === "write"}
            disabled={Boolean(busy) || screenshots.isSending}
            className="max-desk:grow"
          >
            <Trans>Send</Trans>
          </Button>
        </div>
      </form>
    </Card>
  );
}
