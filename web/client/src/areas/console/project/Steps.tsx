import { Plural, Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Check, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { classes } from "@/ui/words";
import type { Progress, Project } from "../documents";

/** What a draft still needs before it can be opened. */
export function Steps({ project, progress }: { project: Project; progress: Progress | null }) {
  const format = useFormat();
  const items = progress?.items ?? 0;
  const isFunded = Number(project.budget?.amount ?? 0) > 0;
  const params = { projectId: project.id };
  return (
    <Card>
      <header className="px-4 pt-4 desk:px-6 desk:pt-5">
        <h2 className="text-16">
          <Trans>Getting ready</Trans>
        </h2>
        <p className="text-13 text-muted">
          <Trans>A draft is seen by nobody but you.</Trans>
        </p>
      </header>
      <ol className="grid p-2 desk:p-3">
        <Step isDone={items > 0} number={1} title={<Trans>Say what you ask</Trans>}>
          <Link to="/console/projects/$projectId/form" params={params} className="absolute inset-0 rounded-8">
            <span className="sr-only">
              <Trans>Form and instructions</Trans>
            </span>
          </Link>
          <Plural
            value={project.form.length}
            one="# field; check it in the preview before items fix it"
            other="# fields; check them in the preview before items fix them"
          />
        </Step>
        <Step isDone={items > 0} number={2} title={<Trans>Bring your items</Trans>}>
          <Link to="/console/projects/$projectId/import" params={params} className="absolute inset-0 rounded-8">
            <span className="sr-only">
              <Trans>Import</Trans>
            </span>
          </Link>
          {items > 0 ? (
            <Plural value={items} one="# item is here" other="# items are here" />
          ) : (
            <Trans>Pictures, JSON Lines, CSV or COCO</Trans>
          )}
        </Step>
        <Step isDone={isFunded} number={3} title={<Trans>Fund it</Trans>}>
          <a href="#funding" className="absolute inset-0 rounded-8">
            <span className="sr-only">
              <Trans>Funding</Trans>
            </span>
          </a>
          {isFunded && project.budget ? (
            <Trans>{format.money(project.budget)} is set aside</Trans>
          ) : (
            <Trans>Tasks open only while their reward is set aside</Trans>
          )}
        </Step>
        <Step isDone={false} number={4} title={<Trans>Open it</Trans>}>
          <Trans>The button above: annotators see it that moment</Trans>
        </Step>
      </ol>
    </Card>
  );
}

function Step({ number, isDone, title, children }: { number: number; isDone: boolean; title: ReactNode; children: ReactNode }) {
  return (
    <li className={classes("relative flex items-center gap-3 rounded-8 px-2 py-2.5 desk:px-3", number < 4 && "hover:bg-ground")}>
      <span
        className={classes(
          "grid size-7 shrink-0 place-items-center rounded-full font-semibold text-12",
          isDone ? "bg-good/15 text-good" : "bg-soft text-accent",
        )}
      >
        {isDone ? <Check className="size-4" aria-hidden /> : number}
      </span>
      <span className="grid grow">
        <span className="font-medium">{title}</span>
        <span className="text-13 text-muted">{children}</span>
      </span>
      {number < 4 && <ChevronRight className="size-4 shrink-0 text-muted" aria-hidden />}
    </li>
  );
}
