import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useFormat } from "@/ui/format";
import { classes } from "@/ui/words";
import { STATUSES } from "../words";
import type { Standing } from "./documents";

/** How far somebody has come, in the figures that decide it. */
export function Figures({ standing }: { standing: Standing }) {
  const format = useFormat();
  const { accuracy, decided, approved, rejected, skipRate } = standing;
  return (
    <dl className="grid grid-cols-4 gap-2 text-center">
      <Figure label={<Trans>Accuracy</Trans>}>{accuracy === null ? "–" : format.share(accuracy)}</Figure>
      <Figure label={<Trans>Approved</Trans>}>{format.number(approved)}</Figure>
      <Figure label={<Trans>Rejected</Trans>}>{format.number(rejected)}</Figure>
      <Figure label={<Trans>Skipped</Trans>}>{decided === 0 && skipRate === 0 ? "–" : format.share(skipRate)}</Figure>
    </dl>
  );
}

function Figure({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-11 text-muted">{label}</dt>
      <dd className="font-semibold text-14">{children}</dd>
    </div>
  );
}

const TONES: Record<Standing["status"], string> = {
  ACTIVE: "bg-good/12 text-good",
  RESTRICTED: "bg-warning/12 text-warning",
  SUSPENDED: "bg-bad/10 text-bad",
  BANNED: "bg-bad text-surface",
};

export function StatusBadge({ status }: { status: Standing["status"] }) {
  const { i18n } = useLingui();
  return (
    <span className={classes("inline-block rounded-full px-2 py-px font-medium text-11", TONES[status])}>{i18n._(STATUSES[status])}</span>
  );
}
