import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { CircleCheck, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { Markdown } from "@/ui/Markdown";
import { classes } from "@/ui/words";
import type { Remark } from "./documents";
import { type Manner, mannerOf } from "./marks";

export type Told = { isCorrect: boolean; why: string; remarks: readonly Remark[]; more: number };

/** What was right, or what to mend one by one, under the numbers that it has on the picture. */
export function Feedback({ told, onShow }: { told: Told; onShow: (remark: Remark) => void }) {
  const { isCorrect, why, remarks, more } = told;
  return (
    <Panel isCorrect={isCorrect}>
      {remarks.length > 0 && (
        <ol className="grid gap-0.5">
          {remarks.map((remark, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a remark is known by its number
            <li key={index}>
              <RemarkLine remark={remark} number={index + 1} onShow={() => onShow(remark)} />
            </li>
          ))}
        </ol>
      )}
      {more > 0 && (
        <p>
          <Plural value={more} one="There is # more to mend." other="There are # more to mend." />
        </p>
      )}
      {why && <Markdown text={why} />}
    </Panel>
  );
}

export function Panel({ isCorrect, children }: { isCorrect: boolean; children: ReactNode }) {
  const Icon = isCorrect ? CircleCheck : CircleX;
  return (
    <div
      role="status"
      className={classes(
        "grid max-h-[34dvh] animate-rise gap-2 overflow-y-auto rounded-8 border p-3 text-13",
        isCorrect ? "border-good/40 bg-good/8" : "border-bad/40 bg-bad/8",
      )}
    >
      <p className="flex items-center gap-2 font-semibold text-14">
        <Icon className={`size-5 shrink-0 ${isCorrect ? "text-good" : "text-bad"}`} aria-hidden />
        {isCorrect ? <Trans>Right</Trans> : <Trans>Not quite</Trans>}
      </p>
      {children}
    </div>
  );
}

function RemarkLine({ remark, number, onShow }: { remark: Remark; number: number; onShow: () => void }) {
  const titles = useTitles();
  const manner = mannerOf(remark);
  if (manner === "none") return <p className="py-1">{remark.message}</p>;
  return (
    <button
      type="button"
      onClick={onShow}
      className="-mx-1.5 flex min-h-11 w-[calc(100%+12px)] items-start gap-2.5 rounded-6 px-1.5 py-1.5 text-left hover:bg-ink/6 desk:min-h-8"
    >
      <Sample manner={manner} number={number} />
      <span>
        <span className="font-semibold">{titles[remark.fault]}</span> <span className="text-muted">·</span> {remark.message}
      </span>
    </button>
  );
}

/** The mark as it is on the picture: its line, its hatches, its number. */
function Sample({ manner, number }: { manner: Exclude<Manner, "none">; number: number }) {
  const isSurplus = manner === "surplus";
  return (
    <svg viewBox="0 0 28 24" className="mt-px h-6 w-7 shrink-0 rounded-6 bg-stage" aria-hidden="true">
      {isSurplus && <path d="M4 12 12 4M4 20 20 4M10 22 24 8" stroke="#ff7a85" strokeOpacity={0.55} strokeWidth={1.5} />}
      <rect
        x={4}
        y={4}
        width={20}
        height={16}
        fill="none"
        stroke={isSurplus ? "#ff7a85" : "#3dd68c"}
        strokeWidth={2}
        strokeDasharray={isSurplus ? "2 3" : "5 3"}
      />
      <rect x={8} y={5.5} width={12} height={13} rx={3} fill={isSurplus ? "#ff7a85" : "#3dd68c"} />
      <text x={14} y={15.5} textAnchor="middle" fontSize={10} fontWeight={700} fill="#0a0c10">
        {number}
      </text>
    </svg>
  );
}

function useTitles(): Record<Remark["fault"], string> {
  const { t } = useLingui();
  return {
    MISSING: t`Missed`,
    EXTRA: t`Too much`,
    TWICE: t`Marked twice`,
    WRONG_LABEL: t`Wrong label`,
    LOW_OVERLAP: t`Not close enough`,
    WRONG: t`Not right`,
  };
}
