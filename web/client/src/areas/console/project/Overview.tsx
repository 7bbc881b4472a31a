import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import type { Progress } from "../documents";
import { Meter, partsOf } from "../Meter";
import { Funding } from "./Funding";
import { useProject } from "./project";
import { Steps } from "./Steps";

export function Overview() {
  const { project, progress } = useProject();
  return (
    <div className="grid items-start gap-4 desk:grid-cols-[minmax(0,1fr)_20rem] wide:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="grid gap-4">
        {project.state === "DRAFT" && <Steps project={project} progress={progress} />}
        {progress && <Standing progress={progress} overlap={project.overlap} />}
      </div>
      <Funding key={project.id} project={project} progress={progress} />
    </div>
  );
}

function Standing({ progress, overlap }: { progress: Progress; overlap: number }) {
  const format = useFormat();
  const share = progress.items > 0 ? progress.done / progress.items : 0;
  return (
    <Card className="grid gap-5 p-4 desk:p-6">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h2 className="text-16">
          <Trans>Progress</Trans>
        </h2>
        <p className="text-muted" aria-live="polite">
          <strong className="font-semibold text-24 text-ink">{format.share(share)}</strong>{" "}
          <Trans>
            · {format.number(progress.done)} of {format.number(progress.items)} items done
          </Trans>
        </p>
      </div>
      <Meter progress={progress} overlap={overlap} className="h-3" />
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 desk:grid-cols-3">
        {partsOf(progress, overlap).map(({ key, count, color }) => (
          <Figure key={key} mark={color} name={NAMES[key]} value={format.number(count)} />
        ))}
        <Figure name={<Trans>Rejected, not paid</Trans>} value={format.number(progress.rejected)} />
      </dl>
      <p className="border-line border-t pt-4 text-13 text-muted">
        {overlap > 1 ? (
          <Trans>Answers are counted: each item is answered by {overlap} people, and is done when as many answers are approved.</Trans>
        ) : (
          <Trans>Each item is answered by one person, and is done when that answer is approved.</Trans>
        )}
      </p>
    </Card>
  );
}

const NAMES = {
  approved: <Trans>Approved</Trans>,
  inReview: <Trans>In review</Trans>,
  leased: <Trans>Being worked on</Trans>,
  open: <Trans>Open to people</Trans>,
  waiting: <Trans>Waiting</Trans>,
};

function Figure({ mark, name, value }: { mark?: string; name: ReactNode; value: string }) {
  return (
    <div className="grid">
      <dt className="flex items-center gap-2 text-12 text-muted">
        {mark && <span className={`size-2.5 rounded-full ${mark}`} aria-hidden />}
        {name}
      </dt>
      <dd className="font-semibold text-20">{value}</dd>
    </div>
  );
}
