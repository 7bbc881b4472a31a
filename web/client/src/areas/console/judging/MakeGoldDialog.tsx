import { Plural, Trans } from "@lingui/react/macro";
import { Check } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { useMutate } from "@/api/mutate";
import { type Problem, problemOf } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Empty, Failed, Notice, ProblemText, Rows } from "@/ui/States";
import { Thumbnail } from "../items/Thumbnail";
import { Pager, usePages } from "../Pager";
import { useProject } from "../project/project";
import { MAKE_GOLD, RESULTS, type Result } from "../results/documents";

const A_PAGE = 25;

/** Results, those first on which people agree the most; each can be mixed in as a known answer. */
export function MakeGoldDialog({ onClose }: { onClose: () => void }) {
  const { project } = useProject();
  const pages = usePages();
  const [{ data, error }, again] = useQuery({ query: RESULTS, variables: { id: project.id, first: A_PAGE, after: pages.after } });
  const results = data?.project?.results;
  const sure = results?.edges.map(({ node }) => node).sort((a, b) => (b.agreement ?? 0) - (a.agreement ?? 0));
  return (
    <Dialog isOpen isSheet onClose={onClose} title={<Trans>Make gold of results</Trans>}>
      <div className="grid gap-3">
        <p className="text-13 text-muted">
          <Trans>What the answers agree on becomes the known answer. Whoever answered the item is not asked again.</Trans>
        </p>
        {error && !results && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
        {!results && !error && <Rows count={5} className="h-14" />}
        {sure?.length === 0 && (
          <Empty title={<Trans>No item is done yet</Trans>}>
            <Trans>An item appears here the moment it has all the approved answers that it needs.</Trans>
          </Empty>
        )}
        <ul className="divide-y divide-line">
          {sure?.map((result) => (
            <Line key={result.item.id} result={result} />
          ))}
        </ul>
        {results && <Pager pages={pages} pageInfo={results.pageInfo} />}
      </div>
    </Dialog>
  );
}

function Line({ result: { item, annotations, agreement } }: { result: Result }) {
  const format = useFormat();
  const mutate = useMutate();
  const [isBusy, setBusy] = useState(false);
  const [isMade, setMade] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const make = async () => {
    setBusy(true);
    const { problem } = await mutate(MAKE_GOLD, { itemId: item.id });
    setBusy(false);
    setProblem(problem);
    setMade(!problem);
  };
  return (
    <li className="grid gap-2 py-2">
      <div className="flex items-center gap-3">
        <Thumbnail content={item.content} />
        <span className="grid min-w-0 grow text-13">
          <span className="truncate font-medium">{item.externalId}</span>
          <span className="text-12 text-muted">
            <Plural value={annotations.length} one="# answer" other="# answers" />
            {agreement !== null && (
              <>
                {" · "}
                <Trans>agreement {format.share(agreement)}</Trans>
              </>
            )}
          </span>
        </span>
        {isMade ? (
          <span role="status" className="inline-flex shrink-0 items-center gap-1 text-13 text-good">
            <Check className="size-4" aria-hidden />
            <Trans>Mixed in</Trans>
          </span>
        ) : (
          <Button size="small" isBusy={isBusy} onClick={make}>
            <Trans>Make gold</Trans>
          </Button>
        )}
      </div>
      {problem && (
        <Notice>
          <ProblemText problem={problem} />
        </Notice>
      )}
    </li>
  );
}
