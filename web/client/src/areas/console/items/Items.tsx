import { Plural, Trans } from "@lingui/react/macro";
import { Flag, Images } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { ButtonLink } from "@/ui/Button";
import { Card } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { Pager, usePages } from "../Pager";
import { useProject } from "../project/project";
import { ITEMS, type Item } from "./documents";
import { ItemDialog } from "./ItemDialog";
import { ItemLine } from "./ItemLine";

const A_PAGE = 50;

/** The project's items; those that several people reported stand first, and wait for a look. */
export function Items() {
  const { project, refresh } = useProject();
  const [shown, setShown] = useState<Item>();
  const held = useItems(project.id, true);
  const all = useItems(project.id, false);
  const reread = () => {
    held.again();
    all.again();
    refresh();
  };
  if (all.problem) return <Failed problem={all.problem} retry={reread} />;
  if (!all.items || !held.items) return <Rows count={6} className="h-16" />;
  if (all.items.edges.length === 0 && all.pages.number === 1)
    return (
      <Card>
        <Empty
          icon={<Images aria-hidden />}
          title={<Trans>No items yet</Trans>}
          action={
            <ButtonLink to="/console/projects/$projectId/import" params={{ projectId: project.id }} kind="primary">
              <Trans>Import items</Trans>
            </ButtonLink>
          }
        >
          <Trans>An item is one picture, text or recording that is asked about.</Trans>
        </Empty>
      </Card>
    );
  return (
    <div className="grid gap-6">
      {held.items.edges.length > 0 && (
        <section aria-labelledby="held" className="grid gap-2">
          <h2 id="held" className="flex items-center gap-2 text-16">
            <Flag className="size-4 text-warning" aria-hidden />
            {held.items.pageInfo.hasNextPage ? (
              <Trans>More than {held.items.edges.length} reported, waiting for a look</Trans>
            ) : (
              <Plural value={held.items.edges.length} one="# reported, waiting for a look" other="# reported, waiting for a look" />
            )}
          </h2>
          <p className="text-13 text-muted">
            <Trans>People said that these cannot be done as they are. Nobody gets them until you put them back or remove them.</Trans>
          </p>
          <List items={held.items.edges.map(({ node }) => node)} onShow={setShown} />
          <Pager pages={held.pages} pageInfo={held.items.pageInfo} />
        </section>
      )}
      <section aria-labelledby="all" className="grid gap-2">
        <h2 id="all" className="text-16">
          <Trans>All items, in the order in which they came</Trans>
        </h2>
        <List items={all.items.edges.map(({ node }) => node)} onShow={setShown} />
        <Pager pages={all.pages} pageInfo={all.items.pageInfo} />
      </section>
      {shown && (
        <ItemDialog
          item={shown}
          isClosed={project.state === "CLOSED"}
          onClose={() => setShown(undefined)}
          onDone={() => {
            setShown(undefined);
            reread();
          }}
        />
      )}
    </div>
  );
}

function List({ items, onShow }: { items: Item[]; onShow: (item: Item) => void }) {
  return (
    <Card className="overflow-hidden">
      <ul className="divide-y divide-line">
        {items.map((item) => (
          <ItemLine key={item.id} item={item} onShow={() => onShow(item)} />
        ))}
      </ul>
    </Card>
  );
}

function useItems(id: string, held: boolean) {
  const pages = usePages();
  const [{ data, error }, again] = useQuery({ query: ITEMS, variables: { id, held, first: A_PAGE, after: pages.after } });
  return {
    pages,
    items: data?.project?.items,
    problem: error && !data ? problemOf(error) : undefined,
    again: () => again({ requestPolicy: "network-only" }),
  };
}
