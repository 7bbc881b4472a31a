import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useFormat } from "@/ui/format";
import { classes } from "@/ui/words";
import type { Figures, Rule } from "./documents";
import { ADVICE, LADDER, measureOf } from "./words";

/** Within so much of a share a rule is near. */
const NEAR = 0.08;

type Props = { title: ReactNode; counted: ReactNode; figures: Omit<Figures, "good">; rule: Rule | undefined; children?: ReactNode };

/** A share with what chance leaves open of it, the mark of the rule that is next, and in words how far that is and how to recover. */
export function Gauge({ title, counted, figures: { share, lower, upper, counted: number }, rule, children }: Props) {
  const format = useFormat();
  const tone = toneOf(rule, number);
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline gap-2">
        <span className="font-medium">{title}</span>
        <span className="grow text-12 text-muted">{number > 0 ? counted : <Trans>Nothing counted yet</Trans>}</span>
        <span className="font-semibold text-16">{share === null ? "–" : format.share(share)}</span>
      </div>
      {share !== null && (
        <div aria-hidden className="relative my-1 h-2 rounded-full bg-line">
          <span
            className={classes("absolute inset-y-0 rounded-full opacity-40", BANDS[tone])}
            style={{ left: `${lower * 100}%`, width: `${(upper - lower) * 100}%` }}
          />
          <span
            className={classes("absolute -inset-y-0.5 w-1 -translate-x-1/2 rounded-full", BANDS[tone])}
            style={{ left: `${share * 100}%` }}
          />
          {rule && <span className="absolute -inset-y-1 w-0.5 bg-ink" style={{ left: `${rule.below * 100}%` }} />}
        </div>
      )}
      {children}
      {rule && share !== null && <Ahead rule={rule} tone={tone} />}
    </div>
  );
}

type Tone = "good" | "near" | "due";
const BANDS: Record<Tone, string> = { good: "bg-good", near: "bg-warning", due: "bg-bad" };

function toneOf(rule: Rule | undefined, counted: number): Tone {
  if (!rule || counted < rule.least || rule.margin >= NEAR) return "good";
  return rule.margin < 0 ? "due" : "near";
}

/** What the rule would lead to, and what keeps it away. */
function Ahead({ rule: { rule, step, below, least, counted, goodOnesToRecover }, tone }: { rule: Rule; tone: Tone }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const measure = measureOf(rule);
  const next = i18n._(LADDER[step]);
  return (
    <p className={classes("text-12", { good: "text-muted", near: "text-warning", due: "text-bad" }[tone])}>
      {tone === "due" ? (
        <Trans>
          {next} is due: the share is below {format.share(below)}.
        </Trans>
      ) : counted < least ? (
        <Trans>
          {next} begins below {format.share(below)}, once {format.number(least)} are counted.
        </Trans>
      ) : tone === "near" ? (
        <Trans>
          {next} is near: it begins below {format.share(below)}.
        </Trans>
      ) : (
        <Trans>
          {next} would begin below {format.share(below)}.
        </Trans>
      )}
      {goodOnesToRecover > 0 && (
        <>
          {" "}
          <Plural
            value={goodOnesToRecover}
            one="# good one brings you back to what is wanted."
            other="# good ones in a row bring you back to what is wanted."
          />
        </>
      )}
      {tone !== "good" && measure && <> {i18n._(ADVICE[measure])}</>}
    </p>
  );
}
