import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowLeft } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { useSitting } from "./sitting";

export function Leave({ onLeave }: { onLeave: () => void }) {
  const { t } = useLingui();
  return (
    <IconButton label={t`Back to the projects`} onClick={onLeave}>
      <ArrowLeft className="size-5" aria-hidden />
    </IconButton>
  );
}

function useFigures() {
  const format = useFormat();
  const { done, earned, seconds } = useSitting();
  const money = (amount: number) => format.money({ amount: amount.toFixed(amount < 1 ? 4 : 2), currency: "USD" });
  return { done, pending: money(earned), perHour: seconds > 0 ? money((earned / seconds) * 3600) : null };
}

/** In a corner while one works. */
export function SittingLine() {
  const { done, pending, perHour } = useFigures();
  if (done === 0) return null;
  return (
    <p className="hidden text-12 text-muted desk:block">
      <Trans>
        {done} done · {pending}
      </Trans>
      {perHour && <> · {perHour}/h</>}
    </p>
  );
}

/** Where the work has run out. */
export function SittingSummary() {
  const { t } = useLingui();
  const { done, pending, perHour } = useFigures();
  if (done === 0) return null;
  const figures = [
    [t`Done in this sitting`, String(done)],
    [t`Earned, waiting for verdicts`, pending],
    [t`Per hour of active work`, perHour ?? "–"],
  ];
  return (
    <dl className="mx-auto grid w-full max-w-140 grid-cols-3 divide-x divide-line rounded-12 border border-line bg-surface">
      {figures.map(([name, value]) => (
        <div key={name} className="grid gap-1 p-4">
          <dt className="text-12 text-muted">{name}</dt>
          <dd className="font-semibold text-16">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
