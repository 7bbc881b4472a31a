import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/**
 * What the server says of single fields, word for word, with a name in place of what changes. It speaks English: a sentence that stands here
 * is said in the chosen language, any other as it came. Those that can come before somebody is signed in; the rest comes with the shell.
 */
const sentences: MessageDescriptor[] = [
  msg({ message: "{what} must not be empty." }),
  msg({ message: "{what} has at most {longest} characters; this has {given}." }),
  msg({ message: "{what} holds a character that cannot be kept ({character})." }),
  msg({ message: "An email address has at most {longest} characters." }),
  msg({ message: "This is not an email address: {fault}" }),
  msg({ message: "A password has {least} to {most} characters." }),
  msg({ message: "The password holds half a character." }),
  msg({ message: "The password must not be the email address." }),
  msg({ message: "The terms and the privacy notice have to be accepted." }),
  msg({ message: "The email address or the password is wrong." }),
  msg({ message: "This link is not valid any more. Ask for a new one." }),
  msg({ message: "Confirm your email address first: the link is in the mail we sent." }),
  msg({ message: "Too many attempts. Wait a little." }),
];

export function alsoSaid(more: readonly MessageDescriptor[]): void {
  sentences.push(...more);
}

/** In the chosen language, sentence by sentence; as it came where one of them is not known. */
export function said(message: string): string {
  return i18n.locale === "en" ? message : (translated(message) ?? message);
}

function translated(message: string): string | undefined {
  for (const sentence of sentences) {
    const { pattern, names } = read(sentence);
    const whole = new RegExp(`^${pattern}$`).exec(message);
    if (whole) return say(sentence, names, whole);
    const first = names.length === 0 && new RegExp(`^${pattern} (.+)$`).exec(message);
    const rest = first && translated(first[1] ?? "");
    if (rest) return `${say(sentence, names, first)} ${rest}`;
  }
}

function read({ message = "" }: MessageDescriptor) {
  const names = [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const parts = message.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return { pattern: parts.join("(.+?)"), names };
}

function say(sentence: MessageDescriptor, names: readonly string[], found: RegExpExecArray): string {
  return i18n._(sentence.id, Object.fromEntries(names.map((name, index) => [name, figure(found[index + 1] ?? "")])), {
    message: sentence.message,
  });
}

/** Figures and dollars as the chosen language writes them. */
function figure(words: string): string {
  const [, dollar, digits = "", places = ""] = /^(\$?)(\d{1,3}(?:,?\d{3})*)(?:\.(\d+))?$/.exec(words) ?? [];
  if (!digits) return words;
  const style = dollar ? ({ style: "currency", currency: "USD" } as const) : {};
  const number = Number(`${digits.replaceAll(",", "")}.${places}`);
  return new Intl.NumberFormat(i18n.locale, { ...style, minimumFractionDigits: places.length }).format(number);
}
