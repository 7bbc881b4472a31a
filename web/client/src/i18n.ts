import { i18n, type Messages } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** The words at the door are part of the first load; those inside come with the shell. */
type Part = "door" | "inside";

const KEY = "tidemark.language";
/** English stands in the code itself. */
const CATALOGUES: Record<Exclude<Language, "en">, Record<Part, () => Promise<{ messages: Messages }>>> = {
  de: { door: () => import("./locales/door/de.po"), inside: () => import("./locales/inside/de.po") },
};

/** What the pages seen so far are made of. */
const needed = new Set<Part>(["door"]);

i18n.setMessagesCompiler(compileMessage);

export async function speak(language: Language): Promise<void> {
  const catalogues = language === "en" ? [] : await Promise.all([...needed].map((part) => CATALOGUES[language][part]()));
  i18n.loadAndActivate({ locale: language, messages: Object.assign({}, ...catalogues.map(({ messages }) => messages)) });
  document.documentElement.lang = language;
}

/** Something from inside, with the words that it needs. */
export async function withWords<Loaded>(loading: Promise<Loaded>): Promise<Loaded> {
  needed.add("inside");
  const [loaded] = await Promise.all([loading, speak(i18n.locale as Language)]);
  return loaded;
}

export function chosenLanguage(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return (wanted.find((tag) => tag && tag in LANGUAGES) as Language | undefined) ?? "en";
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await speak(language);
}
