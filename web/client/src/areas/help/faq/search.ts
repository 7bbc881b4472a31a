import type { Entry, Topic } from "./documents";

/** `excerpt` is what the answer says around the first word that the question does not have; null where the question has all of them. */
type FoundEntry = Entry & { excerpt: string | null };
export type FoundTopic = Omit<Topic, "entries"> & { entries: FoundEntry[] };

/** Letters of an excerpt before and after the word. */
const BEFORE = 40;
const AFTER = 110;

export function wordsOf(query: string): string[] {
  return [...new Set(query.toLowerCase().split(/\s+/).filter(Boolean))];
}

/** The entries that have every word, in question or answer, beneath their topics. Without a word: all. */
export function find(topics: readonly Topic[], words: readonly string[]): FoundTopic[] {
  return topics
    .map((topic) => ({ ...topic, entries: topic.entries.flatMap((entry) => findIn(entry, topic.title, words)) }))
    .filter(({ entries }) => entries.length > 0);
}

function findIn(entry: Entry, title: string, words: readonly string[]): FoundEntry[] {
  const answer = plain(entry.answer);
  const [asked, said] = [`${title} ${entry.question}`.toLowerCase(), answer.toLowerCase()];
  if (!words.every((word) => asked.includes(word) || said.includes(word))) return [];
  const missing = words.find((word) => !entry.question.toLowerCase().includes(word) && said.includes(word));
  return [{ ...entry, excerpt: missing ? around(answer, said.indexOf(missing)) : null }];
}

function around(text: string, at: number): string {
  const from = at <= BEFORE ? 0 : text.indexOf(" ", at - BEFORE) + 1;
  const to = at + AFTER >= text.length ? text.length : text.lastIndexOf(" ", at + AFTER);
  return `${from > 0 ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
}

/** Markdown without its marks, in one line. */
function plain(markdown: string): string {
  return markdown
    .replace(/^\s*(?:[-*+]|\d+[.)]|#{1,6}|>)\s+/gm, "")
    .replace(/^\|[\s|:-]+\|$/gm, "")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/[*`|]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
