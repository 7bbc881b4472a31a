import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link, useLocation } from "@tanstack/react-router";
import { Search, SearchX, X } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { useSession } from "@/api/session";
import { Button, ButtonLink, IconButton } from "@/ui/Button";
import { input } from "@/ui/Field";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { classes } from "@/ui/words";
import { FAQ } from "./documents";
import { Question } from "./Question";
import { type FoundTopic, find, wordsOf } from "./search";
import { useHighlights } from "./useHighlights";
import "./help.css";

/** Every question that is asked often, found by typing. `/help#topic/entry` opens one. */
export function FaqPage() {
  const { t } = useLingui();
  const { viewer } = useSession();
  const [{ data, error }, again] = useQuery({ query: FAQ });
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query);
  const words = useMemo(() => wordsOf(asked), [asked]);
  const found = useMemo(() => data && find(data.faq, words), [data, words]);
  const count = found?.reduce((sum, { entries }) => sum + entries.length, 0) ?? 0;
  return (
    <Page
      title={t`Help`}
      lead={<Trans>What people ask, answered.</Trans>}
      aside={
        <div className="flex flex-wrap gap-2 print:hidden">
          {viewer && (
            <ButtonLink to="/help/tickets">
              <Trans>My tickets</Trans>
            </ButtonLink>
          )}
          <ButtonLink to="/help/tickets/new" kind={viewer ? "primary" : "plain"}>
            <Trans>Ask a person</Trans>
          </ButtonLink>
        </div>
      }
    >
      <SearchField query={query} onChange={setQuery} />
      <p role="status" className="mt-2 mb-3 min-h-5 text-13 text-muted print:hidden">
        {found && words.length > 0 && count > 0 && <Plural value={count} one="# answer" other="# answers" />}
      </p>
      {error && !data && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
      {!data && !error && <Rows count={8} className="h-14" />}
      {found && count > 0 && <Answers topics={found} words={words} />}
      {found && count === 0 && <Nothing query={asked.trim()} onAll={() => setQuery("")} />}
      {found && count > 0 && <AskAPerson />}
    </Page>
  );
}

function SearchField({ query, onChange }: { query: string; onChange: (query: string) => void }) {
  const { t } = useLingui();
  const field = useRef<HTMLInputElement>(null);
  const clear = () => {
    onChange("");
    field.current?.focus();
  };
  return (
    <search className="relative block print:hidden">
      <Search className="pointer-events-none absolute top-4 left-4 size-5 text-muted" aria-hidden />
      <input
        ref={field}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        aria-label={t`Search the answers`}
        placeholder={t`Search the answers`}
        value={query}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && clear()}
        className={classes(input, "!min-h-13 !rounded-12 !pr-13 !pl-12 !text-16")}
      />
      {query && (
        <IconButton label={t`Clear the search`} onClick={clear} className="absolute top-1 right-1 desk:top-2.5 desk:right-3">
          <X className="size-4" aria-hidden />
        </IconButton>
      )}
    </search>
  );
}

function Answers({ topics, words }: { topics: FoundTopic[]; words: readonly string[] }) {
  const { t } = useLingui();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const hash = useLocation({ select: (location) => location.hash });
  const list = useRef<HTMLDivElement>(null);
  useHighlights(list, words);
  useEffect(() => {
    if (!hash) return;
    setOpen((before) => new Set(before).add(hash));
    const target = document.getElementById(hash);
    target?.scrollIntoView();
    // The next Tab goes on from here.
    target?.querySelector<HTMLElement>("button, h2")?.focus({ preventScroll: true });
  }, [hash]);

  const set = (key: string, isOpen: boolean) =>
    setOpen((before) => {
      const after = new Set(before);
      if (isOpen) after.add(key);
      else after.delete(key);
      return after;
    });
  return (
    <div className="items-start gap-x-10 desk:grid desk:grid-cols-[184px_minmax(0,1fr)] print:block">
      <nav aria-label={t`Topics`} className="-mx-4 mb-4 overflow-x-auto px-4 desk:sticky desk:top-6 desk:m-0 desk:p-0 print:hidden">
        <ul className="flex gap-2 desk:grid desk:gap-0.5">
          {topics.map(({ key, title, entries }) => (
            <li key={key} className="shrink-0">
              <Link
                to="/help"
                hash={key}
                className="flex min-h-11 items-center gap-2 whitespace-nowrap rounded-full border border-line bg-surface px-4 text-13 text-muted hover:text-ink desk:min-h-8 desk:whitespace-normal desk:rounded-8 desk:border-0 desk:bg-transparent desk:px-3 desk:py-1.5 desk:hover:bg-line/60"
              >
                <span className="grow">{title}</span>
                {words.length > 0 && <span className="text-12">{entries.length}</span>}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {/* The catalogue does not reach what the server says. */}
      <div ref={list} lang="en" className="grid gap-8">
        {topics.map(({ key, title, entries }) => (
          <section key={key} id={key} aria-labelledby={`${key}-title`} className="scroll-mt-16 desk:scroll-mt-6">
            <h2 id={`${key}-title`} tabIndex={-1} className="mb-2 text-20 outline-none">
              {title}
            </h2>
            <Card className="divide-y divide-line overflow-hidden print:border-0">
              {entries.map((entry) => {
                const id = `${key}/${entry.key}`;
                return <Question key={id} id={id} entry={entry} isOpen={open.has(id)} onToggle={(isOpen) => set(id, isOpen)} />;
              })}
            </Card>
          </section>
        ))}
      </div>
    </div>
  );
}

function Nothing({ query, onAll }: { query: string; onAll: () => void }) {
  return (
    <Empty
      icon={<SearchX aria-hidden />}
      title={<Trans>Nothing found for “{query}”</Trans>}
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <ButtonLink to="/help/tickets/new" search={{ subject: query }} kind="primary">
            <Trans>Ask a person</Trans>
          </ButtonLink>
          <Button onClick={onAll}>
            <Trans>Show all answers</Trans>
          </Button>
        </div>
      }
    >
      <Trans>Try fewer or other words, or ask us.</Trans>
    </Empty>
  );
}

function AskAPerson() {
  const { viewer } = useSession();
  return (
    <Card className="mt-10 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 p-4 desk:p-6 print:hidden">
      <div className="grid gap-1">
        <h2 className="text-16">
          <Trans>Not answered here?</Trans>
        </h2>
        <p className="text-muted">
          {viewer ? (
            <Trans>Open a ticket. The answer comes to you live, in the same thread.</Trans>
          ) : (
            <Trans>Write to us. The answer comes by mail.</Trans>
          )}
        </p>
      </div>
      <ButtonLink to="/help/tickets/new" className="max-desk:w-full">
        {viewer ? <Trans>Open a ticket</Trans> : <Trans>Contact us</Trans>}
      </ButtonLink>
    </Card>
  );
}
