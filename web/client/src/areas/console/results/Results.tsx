import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { CircleCheck, RefreshCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { Button, ButtonLink } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { classes } from "@/ui/words";
import { Thumbnail } from "../items/Thumbnail";
import { Pager, usePages } from "../Pager";
import { useProject } from "../project/project";
import { RESULTS, type Result } from "./documents";
import { ResultView } from "./ResultView";

const A_PAGE = 25;

/** Items that are done, with the answers that they got. */
export function Results() {
  const { project, progress } = useProject();
  const pages = usePages();
  const [{ data, error, fetching }, again] = useQuery({ query: RESULTS, variables: { id: project.id, first: A_PAGE, after: pages.after } });
  const [chosenId, setChosenId] = useState<string>();
  const detail = useRef<HTMLDivElement>(null);
  const results = data?.project?.results;
  const reread = () => again({ requestPolicy: "network-only" });
  const known = results ? (pages.number - 1) * A_PAGE + results.edges.length : 0;
  const fresh = progress && results && !results.pageInfo.hasNextPage ? Math.max(0, progress.done - known) : 0;

  // The first page fills by itself; a later one is not pulled from under the reader.
  const fills = fresh > 0 && results!.edges.length < A_PAGE;
  const refill = useRef(reread);
  refill.current = reread;
  useEffect(() => {
    if (!fills || !progress) return;
    const timer = setTimeout(() => refill.current(), 1_000);
    return () => clearTimeout(timer);
  }, [fills, progress]);

  if (error && !data) return <Failed problem={problemOf(error)} retry={reread} />;
  if (!results) return <Rows count={5} className="h-16" />;
  if (results.edges.length === 0 && pages.number === 1)
    return (
      <Card>
        <Empty
          icon={<CircleCheck aria-hidden />}
          title={<Trans>No item is done yet</Trans>}
          action={
            <ButtonLink to="/console/projects/$projectId" params={{ projectId: project.id }}>
              <Trans>See how far it is</Trans>
            </ButtonLink>
          }
        >
          <Trans>An item appears here the moment it has all the approved answers that it needs.</Trans>
        </Empty>
      </Card>
    );
  const chosen = results.edges.find(({ node }) => node.item.id === chosenId)?.node ?? results.edges[0]?.node;
  return (
    <div className="grid items-start gap-4 desk:grid-cols-[17rem_minmax(0,1fr)] wide:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="grid gap-2">
        <div className="flex min-h-8 items-center justify-between gap-2">
          <h2 className="text-16">
            <Plural value={progress?.done ?? 0} one="# item done" other="# items done" />
          </h2>
          <Button size="small" kind="quiet" isBusy={fetching} onClick={reread}>
            {!fetching && <RefreshCw className="size-4" aria-hidden />}
            <Trans>Refresh</Trans>
          </Button>
        </div>
        <ResultList
          results={results.edges.map(({ node }) => node)}
          chosenId={chosen?.item.id}
          onChoose={(id) => {
            setChosenId(id);
            // On a phone the answers stand beneath the list.
            if (!matchMedia("(min-width: 800px)").matches) requestAnimationFrame(() => detail.current?.scrollIntoView());
          }}
        />
        <Pager pages={pages} pageInfo={results.pageInfo} />
      </div>
      <div ref={detail} className="min-w-0 scroll-mt-16">
        {chosen && <ResultView key={chosen.item.id} result={chosen} form={project.form} />}
      </div>
    </div>
  );
}

function ResultList({ results, chosenId, onChoose }: { results: Result[]; chosenId: string | undefined; onChoose: (id: string) => void }) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <Card className="overflow-hidden">
      <ul aria-label={t`Items that are done`} className="max-h-80 divide-y divide-line overflow-y-auto desk:max-h-[calc(100dvh-16rem)]">
        {results.map(({ item, annotations, completedAt }) => (
          <li key={item.id}>
            <button
              type="button"
              aria-current={item.id === chosenId ? "true" : undefined}
              onClick={() => onChoose(item.id)}
              className={classes(
                "flex w-full items-center gap-3 px-3 py-2 text-left -outline-offset-2",
                item.id === chosenId ? "bg-soft" : "hover:bg-ground",
              )}
            >
              <Thumbnail content={item.content} />
              <span className="grid min-w-0 grow">
                <span className="truncate font-medium">{item.externalId}</span>
                <span className="truncate text-12 text-muted">
                  <Plural value={annotations.length} one="# answer" other="# answers" /> · {format.ago(completedAt)}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
