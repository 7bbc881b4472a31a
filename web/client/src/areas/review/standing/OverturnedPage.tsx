import { Trans, useLingui } from "@lingui/react/macro";
import { Gavel, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { PeopleTabs } from "../people/PeopleTabs";
import { OVERTURNED, type OverturnFigures } from "./documents";

/** Whose rejections do not stand: of each moderator, each project, each way to come to a verdict. */
export function OverturnedPage() {
  const { t } = useLingui();
  const [{ data, error }, again] = useQuery({ query: OVERTURNED });
  const figures = data?.overturned;
  const sources = { MODERATOR: t`Moderators`, AUTOMATIC: t`The judge`, APPEAL: t`Appeals` };
  const bases = { GOLD: t`By known answers`, CONSENSUS: t`By agreement` };
  return (
    <Page title={t`Overturned rejections`} lead={<Trans>Of the latest rejections, how many an appeal or a second look took back.</Trans>}>
      <PeopleTabs />
      {error && !figures && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
      {!figures && !error && <Rows count={3} className="h-32" />}
      {figures?.length === 0 && (
        <Card>
          <Empty icon={<Gavel aria-hidden />} title={<Trans>Nothing was rejected yet</Trans>} />
        </Card>
      )}
      {figures && figures.length > 0 && (
        <div className="grid gap-4">
          <Table title={t`By moderator`} rows={named(figures, ({ moderator }) => moderator?.displayName)} />
          <Table title={t`By source`} rows={named(figures, ({ source }) => source && sources[source])} />
          <Table title={t`Of the judge, by ground`} rows={named(figures, ({ basis }) => basis && bases[basis])} />
          <Table title={t`By project`} rows={named(figures, ({ project }) => project?.title)} />
        </div>
      )}
    </Page>
  );
}

type Row = { name: string; figures: OverturnFigures };

function named(figures: readonly OverturnFigures[], name: (each: OverturnFigures) => string | null | undefined): Row[] {
  return figures.flatMap((each) => {
    const given = name(each);
    return given ? [{ name: given, figures: each }] : [];
  });
}

function Table({ title, rows }: { title: string; rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <Card className="overflow-hidden">
      <table className="w-full table-fixed text-13">
        <caption className="px-4 pt-3 pb-2 text-left font-semibold text-14">{title}</caption>
        <thead>
          <tr className="border-line border-y text-12 text-muted [&>th]:w-21 [&>th]:px-2 [&>th]:py-2 [&>th]:text-right [&>th]:font-medium desk:[&>th]:w-28">
            <th scope="col" className="!w-auto !pl-4 !text-left">
              <Trans>Name</Trans>
            </th>
            <th scope="col">
              <Trans>Rejected</Trans>
            </th>
            <th scope="col" className="max-desk:hidden">
              <Trans>Appealed</Trans>
            </th>
            <th scope="col">
              <Trans>Overturned</Trans>
            </th>
            <th scope="col" className="!w-16 !pr-4 desk:!w-24">
              <Trans>Share</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, figures }) => (
            <Line key={name} name={name} figures={figures} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Line({ name, figures: { rejected, appealed, overturned, share, isTooOften } }: Row): ReactNode {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <tr className="border-line border-b last:border-b-0 [&>td]:h-9 [&>td]:px-2 [&>td]:text-right">
      <th scope="row" className="min-w-0 break-words py-1.5 pr-2 pl-4 text-left font-medium">
        {name}
        {isTooOften && (
          <span className="ml-2 inline-flex items-center gap-1 rounded-full bg-bad/10 px-2 py-px font-medium text-11 text-bad">
            <TriangleAlert className="size-3" aria-hidden />
            <Trans>too often</Trans>
          </span>
        )}
      </th>
      <td>{format.number(rejected)}</td>
      <td className="max-desk:hidden">{format.number(appealed)}</td>
      <td>{format.number(overturned)}</td>
      <td className="!pr-4" title={isTooOften ? t`Chance does not explain it` : undefined}>
        {format.share(share)}
      </td>
    </tr>
  );
}
