import { Trans, useLingui } from "@lingui/react/macro";
import { classes } from "@/ui/words";
import type { Present } from "./documents";

/** Somebody as two letters in a ring of their own colour; the name is what is read out. */
export function Face({ person, isSmall = false, isDecorative = false }: { person: Present; isSmall?: boolean; isDecorative?: boolean }) {
  const name = person.displayName;
  return (
    <span
      {...(isDecorative ? { "aria-hidden": true } : { role: "img", "aria-label": name })}
      title={name}
      className={classes(
        "grid shrink-0 place-items-center rounded-full border-2 bg-surface font-semibold text-ink",
        isSmall ? "size-6 text-[10px] leading-none" : "size-7 text-11",
      )}
      style={{ borderColor: RINGS[ringOf(person.id)] }}
    >
      {initials(name)}
    </span>
  );
}

const MOST_FACES = 5;

/** Who is at the board now. */
export function Faces({ people }: { people: readonly Present[] }) {
  const { t } = useLingui();
  if (people.length === 0) return null;
  const more = people.length - MOST_FACES;
  return (
    <ul aria-label={t`At the board now`} className="flex gap-1">
      {people.slice(0, MOST_FACES).map((person) => (
        <li key={person.id}>
          <Face person={person} />
        </li>
      ))}
      {more > 0 && (
        <li className="grid size-7 place-items-center rounded-full border-2 border-line bg-surface font-semibold text-11 text-muted">
          <Trans>+{more}</Trans>
        </li>
      )}
    </ul>
  );
}

const RINGS = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00"];

function ringOf(id: string): number {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % RINGS.length;
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? "")][0]?.toUpperCase() ?? "").join("");
}
