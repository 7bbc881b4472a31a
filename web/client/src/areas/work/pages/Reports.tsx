import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ChevronRight, FileCheck2 } from "lucide-react";
import { useState } from "react";
import type { Scalar } from "@/api/graphql";
import { useViewer } from "@/api/session";
import { ButtonLink } from "@/ui/Button";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Page } from "@/ui/Page";
import { PagedList, usePaged } from "@/ui/PagedList";
import { Empty } from "@/ui/States";
import { ReasonList } from "../reasons";
import { ANNOTATIONS, type ListedAnnotation } from "./documents";
import { StatePill } from "./StatePill";

type Chosen = "all" | Scalar<"AnnotationState">;

/** What became of everything that was submitted, latest first. */
export function Reports() {
  const { t } = useLingui();
  const [chosen, setChosen] = useState<Chosen>("all");
  const list = usePaged(ANNOTATIONS, { state: chosen === "all" ? null : chosen }, ({ viewer }) => viewer?.annotations);
  const options: [Chosen, string][] = [
    ["all", t`All`],
    ["REJECTED", t`Not accepted`],
    ["APPROVED", t`Approved`],
    ["IN_REVIEW", t`In review`],
  ];
  return (
    <Page
      title={t`Reports`}
      lead={<Trans>Every verdict on your work, with its reasons. A rejection can be appealed; another moderator decides.</Trans>}
    >
      <div className="grid gap-6">
        <StandingFigures />
        <div className="grid gap-3">
          <Filters label={t`Show`} options={options} chosen={chosen} onChoose={setChosen} />
          <PagedList
            list={list}
            waiting={{ count: 6, className: "h-16" }}
            empty={
              <Empty
                icon={<FileCheck2 aria-hidden />}
                title={chosen === "REJECTED" ? <Trans>No rejections</Trans> : <Trans>Nothing here yet</Trans>}
                action={
                  <ButtonLink to="/work">
                    <Trans>Go to the projects</Trans>
                  </ButtonLink>
                }
              />
            }
          >
            {(annotation) => <AnnotationRow annotation={annotation} />}
          </PagedList>
        </div>
      </div>
    </Page>
  );
}

/** Every figure that decides how far one may go. */
function StandingFigures() {
  const { t } = useLingui();
  const format = useFormat();
  const { accuracy, decided, approved, rejected, skipRate } = useViewer().standing;
  const figures = [
    [t`Accuracy`, accuracy === null ? "–" : format.share(accuracy)],
    [t`Decided`, format.number(decided)],
    [t`Approved`, format.number(approved)],
    [t`Not accepted`, format.number(rejected)],
    [t`Skipped lately`, format.share(skipRate)],
  ];
  return (
    <div className="grid gap-1">
      <dl className="grid grid-cols-3 gap-x-4 gap-y-3 desk:flex desk:gap-x-8">
        {figures.map(([name, value]) => (
          <div key={name} className="grid gap-0.5">
            <dt className="text-12 text-muted">{name}</dt>
            <dd className="font-semibold text-20">{value}</dd>
          </div>
        ))}
      </dl>
      <Link to="/reports/standing" className="inline-flex min-h-11 items-center gap-1 justify-self-start text-13 text-accent">
        <Trans>Your standing, and what decides it</Trans>
        <ChevronRight className="size-4" aria-hidden />
      </Link>
    </div>
  );
}

function AnnotationRow({ annotation }: { annotation: ListedAnnotation }) {
  const format = useFormat();
  const { id, project, verdict, appeal, state, submittedAt, reward } = annotation;
  return (
    <Link
      to="/reports/$annotationId"
      params={{ annotationId: id }}
      className="flex min-h-16 items-center gap-4 px-4 py-3 transition-colors duration-120 hover:bg-ground"
    >
      <span className="grid min-w-0 grow gap-0.5">
        <span className="truncate font-medium">{project.title}</span>
        <span className="truncate text-12 text-muted">
          {verdict && verdict.reasons.length > 0 ? (
            <ReasonList reasons={verdict.reasons} />
          ) : (
            <time dateTime={submittedAt}>{format.time(submittedAt)}</time>
          )}
        </span>
      </span>
      <span className="grid shrink-0 justify-items-end gap-1">
        <StatePill state={state} appeal={appeal} />
        <span className="text-12 text-muted">{format.money(reward)}</span>
      </span>
    </Link>
  );
}
