import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useClient } from "urql";
import { Button } from "@/ui/Button";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Thumbnail } from "../items/Thumbnail";
import { useProject } from "../project/project";
import { type Gold, JUDGING, type Judging } from "./documents";
import { GoldDialog } from "./GoldDialog";
import { MakeGoldDialog } from "./MakeGoldDialog";

/** Items with a known answer, and how annotators did on them; those that were taken out are marked. */
export function GoldList({ first, onChanged }: { first: Judging["gold"]; onChanged: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const { project } = useProject();
  const [further, setFurther] = useState<Judging["gold"][]>([]);
  const [isBusy, setBusy] = useState(false);
  const [isRetired, setRetired] = useState(false);
  const [shown, setShown] = useState<Gold>();
  const [isMaking, setMaking] = useState(false);
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
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
  const gold = pages.flatMap(({ edges }) => edges.map(({ node }) => node)).filter(({ item }) => !removed.has(item.id));
  const retired = gold.filter(({ retiredAt }) => retiredAt);
  const listed = isRetired ? retired : gold;
  return (
    <Card className="overflow-hidden">
      <div className="flex flex-wrap items-start justify-between gap-3 p-4 desk:px-6">
        <div className="grid min-w-0 grow basis-60 gap-1">
          <h2 className="text-16">
            <Trans>Known answers</Trans>
          </h2>
          <p className="text-13 text-muted">
            <Trans>Mixed in unmarked, to check people by. Import items with an answer in “gold”, or make some of results.</Trans>
          </p>
        </div>
        <Button size="small" onClick={() => setMaking(true)}>
          <Trans>Make gold of results</Trans>
        </Button>
      </div>
      {retired.length > 0 && (
        <div className="px-4 pb-3 desk:px-6">
          <Filters<"all" | "retired">
            label={t`Show`}
            options={[
              ["all", t`All`],
              ["retired", t`Taken out (${retired.length})`],
            ]}
            chosen={isRetired ? "retired" : "all"}
            onChoose={(key) => setRetired(key === "retired")}
          />
        </div>
      )}
      {listed.length > 0 && (
        <ul className="divide-y divide-line border-line border-t">
          {listed.map((each) => (
            <Line key={each.item.id} gold={each} onOpen={() => setShown(each)} />
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
      {shown && (
        <GoldDialog
          gold={shown}
          onClose={() => setShown(undefined)}
          onRemoved={() => {
            setRemoved((before) => new Set([...before, shown.item.id]));
            setShown(undefined);
          }}
        />
      )}
      {isMaking && (
        <MakeGoldDialog
          onClose={() => {
            setMaking(false);
            onChanged();
          }}
        />
      )}
    </Card>
  );
}

function Line({ gold: { item, judged, right, retiredAt }, onOpen }: { gold: Gold; onOpen: () => void }) {
  const format = useFormat();
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        className="flex w-full items-center gap-3 px-4 py-2 text-left text-13 -outline-offset-2 hover:bg-ground desk:px-6"
      >
        <Thumbnail content={item.content} />
        <span className="grid min-w-0 grow">
          <span className="truncate font-medium">{item.externalId}</span>
          {retiredAt && (
            <span title={format.time(retiredAt)} className="text-12 text-warning">
              <Trans>Taken out: too many good annotators failed it</Trans>
            </span>
          )}
        </span>
        <span className="shrink-0 text-muted">
          {judged > 0 ? (
            <Trans>
              {format.number(right)} of {format.number(judged)} right
            </Trans>
          ) : (
            <Trans>Not asked yet</Trans>
          )}
        </span>
      </button>
    </li>
  );
}
