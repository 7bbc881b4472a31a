import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { useClient } from "urql";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { useProject } from "../project/project";
import { type Gold, JUDGING, type Judging } from "./documents";

/** Items with a known answer, and how annotators did on them; those that were taken out are marked. */
export function GoldList({ first }: { first: Judging["gold"] }) {
  const client = useClient();
  const { project } = useProject();
  const [further, setFurther] = useState<Judging["gold"][]>([]);
  const [isBusy, setBusy] = useState(false);
  const pages = [first, ...further];
  const { pageInfo } = pages[pages.length - 1] ?? first;
  const more = async () => {
    setBusy(true);
    const variables = { id: project.id, after: pageInfo.endCursor };
    const { data } = await client.query(JUDGING, variables, { requestPolicy: "network-only" }).toPromise();
    setBusy(false);
    const page = data?.project?.judging?.gold;
    if (page) setFurther((before) => [...before, page]);
  };
  const gold = pages.flatMap(({ edges }) => edges.map(({ node }) => node));
  return (
    <Card className="overflow-hidden">
      <div className="grid gap-1 p-4 desk:px-6">
        <h2 className="text-16">
          <Trans>Known answers</Trans>
        </h2>
        <p className="text-13 text-muted">
          <Trans>
            Mixed in unmarked, to check people by. Import items with an answer in “gold”, or make one of a result you have looked at.
          </Trans>
        </p>
      </div>
      {gold.length > 0 && (
        <ul className="divide-y divide-line border-line border-t">
          {gold.map((each) => (
            <Line key={each.item.id} gold={each} />
          ))}
        </ul>
      )}
      {pageInfo.hasNextPage && (
        <div className="border-line border-t p-3">
          <Button size="small" onClick={more} isBusy={isBusy}>
            <Trans>Show more</Trans>
          </Button>
        </div>
      )}
    </Card>
  );
}

function Line({ gold: { item, judged, right, retiredAt } }: { gold: Gold }) {
  const format = useFormat();
  return (
    <li className="flex min-h-11 items-center gap-4 px-4 py-2 text-13 desk:px-6">
      <span className="min-w-0 grow truncate font-medium">{item.externalId}</span>
      {retiredAt && (
        <span title={format.time(retiredAt)} className="shrink-0 rounded-6 border border-warning px-1.5 text-12 text-warning">
          <Trans>Taken out: too many good annotators failed it</Trans>
        </span>
      )}
      <span className="shrink-0 text-muted">
        {judged > 0 ? (
          <Trans>
            {format.number(right)} of {format.number(judged)} right
          </Trans>
        ) : (
          <Trans>Not asked yet</Trans>
        )}
      </span>
    </li>
  );
}
