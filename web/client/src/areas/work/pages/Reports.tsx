import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { FileCheck2 } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import type { Scalar } from "@/api/graphql";
import { problemOf } from "@/api/problem";
import { useViewer } from "@/api/session";
import { Button, ButtonLink } from "@/ui/Button";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { ReasonList } from "../reasons";
import { ANNOTATIONS, type ListedAnnotation } from "./documents";
import { StatePill } from "./StatePill";

type Chosen = "all" | Scalar<"AnnotationState">;

/** What became of everything that was submitted, latest first. */
export function Reports() {
  const { t } = useLingui();
  const [chosen, setChosen] = useState<Chosen>("all");
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, again] = useQuery({
    query: ANNOTATIONS,
    variables: { state: chosen === "all" ? null : chosen, after },
  });
  const page = data?.viewer?.annotations;
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
          <Filters
            label={t`Show`}
            options={options}
            chosen={chosen}
            onChoose={(next) => {
              setChosen(next);
              setAfter(null);
            }}
          />
          {error && !page && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
          {!page && !error && <Rows count={6} className="h-16" />}
          {page && (
            <Card>
              {page.edges.length === 0 ? (
                <Empty
                  icon={<FileCheck2 aria-hidden />}
                  title={chosen === "REJECTED" ? <Trans>No rejections</Trans> : <Trans>Nothing here yet</Trans>}
                  action={
                    <ButtonLink to="/work">
                      <Trans>Go to the projects</Trans>
                    </ButtonLink>
                  }
                />
              ) : (
                <ul className="divide-y divide-line">
                  {page.edges.map(({ node }) => (
                    <li key={node.id}>
                      <AnnotationRow annotation={node} />
                    </li>
                  ))}
                </ul>
              )}
            </Card>
          )}
          {page?.pageInfo.hasNextPage && (
            <Button onClick={() => setAfter(page.pageInfo.endCursor)} isBusy={fetching}>
              <Trans>Show more</Trans>
            </Button>
          )}
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
    <dl className="flex flex-wrap gap-x-8 gap-y-3">
      {figures.map(([name, value]) => (
        <div key={name} className="grid gap-0.5">
          <dt className="text-12 text-muted">{name}</dt>
          <dd className="font-semibold text-20">{value}</dd>
        </div>
      ))}
    </dl>
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
