import { Trans, useLingui } from "@lingui/react/macro";
import { ScrollText } from "lucide-react";
import { graphql } from "@/api/graphql";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { More } from "../More";
import { Alarm } from "../payouts/Alarm";
import { usePages } from "../usePages";
import { ACTIONS } from "../words";

const AUDIT = graphql(`
  query Audit($after: String) {
    auditLog(first: 50, after: $after) {
      edges { node { id at actor action subject reason } }
      pageInfo { endCursor hasNextPage }
    }
  }
`);

/** Every act of staff, latest first. */
export function AuditPage() {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const pages = usePages(AUDIT, {}, ({ auditLog }) => auditLog);
  return (
    <Page title={t`Audit log`} lead={<Trans>Every act of staff, latest first. Nothing here can be changed.</Trans>}>
      <Alarm />
      {pages.problem && !pages.nodes && <Failed problem={pages.problem} retry={pages.again} />}
      {!pages.nodes && !pages.problem && <Rows count={10} className="h-8" />}
      {pages.nodes?.length === 0 && <Empty icon={<ScrollText aria-hidden />} title={<Trans>Nothing was done yet</Trans>} />}
      {pages.nodes && pages.nodes.length > 0 && (
        <Card className="overflow-hidden">
          <table className="w-full text-13">
            <thead className="hidden desk:table-header-group">
              <tr className="border-line border-b text-left text-12 text-muted [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium">
                <th scope="col">
                  <Trans>When</Trans>
                </th>
                <th scope="col">
                  <Trans>Who</Trans>
                </th>
                <th scope="col">
                  <Trans>What</Trans>
                </th>
                <th scope="col">
                  <Trans>Why</Trans>
                </th>
              </tr>
            </thead>
            <tbody>
              {pages.nodes.map(({ id, at, actor, action, subject, reason }) => (
                <tr
                  key={id}
                  className="flex flex-wrap items-baseline gap-x-2 border-line border-b px-3 py-2 last:border-b-0 desk:table-row desk:[&>td]:h-8 desk:[&>td]:px-3 desk:[&>td]:py-1.5 desk:[&>td]:align-top"
                >
                  <td className="order-3 ml-auto whitespace-nowrap text-12 text-muted desk:text-13">
                    <time dateTime={at}>{format.time(at)}</time>
                  </td>
                  <td className="order-1 whitespace-nowrap font-medium">{actor}</td>
                  <td className="order-2">
                    <span title={subject ?? undefined}>{ACTIONS[action] ? i18n._(ACTIONS[action]) : spaced(action)}</span>
                  </td>
                  <td className="order-4 w-full break-words text-muted desk:w-auto">{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <More pages={pages} />
        </Card>
      )}
    </Page>
  );
}

/** What came to be written here after this page was: "GRANT_ROLE" as words. */
function spaced(action: string): string {
  const words = action
    .replaceAll("_", " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
