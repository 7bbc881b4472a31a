import { Plural, Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useFormat } from "@/ui/format";
import type { Preview } from "./documents";

/** What these thresholds would have decided on past answers, beside what the project's own would. */
export function PreviewTable({ preview: { items, annotations, changed, before, after } }: { preview: Preview }) {
  const format = useFormat();
  if (annotations === 0)
    return (
      <p role="status" className="text-13 text-muted">
        <Trans>There are no answers yet to try it on.</Trans>
      </p>
    );
  const agreeing = ({ checked, agreeing }: Preview["before"]) => (checked > 0 ? format.share(agreeing / checked) : "–");
  return (
    <div role="status" className="grid gap-2 rounded-8 bg-ground p-3 text-13">
      <p>
        <Trans>
          Tried on <Plural value={annotations} one="# answer" other="# answers" /> to <Plural value={items} one="# item" other="# items" />:
        </Trans>{" "}
        <span className="font-semibold">
          <Plural
            value={changed}
            _0="none would be decided otherwise"
            one="# would be decided otherwise"
            other="# would be decided otherwise"
          />
        </span>
      </p>
      <table className="w-full [&_td]:whitespace-nowrap [&_td]:py-1 [&_td]:pl-3 [&_td]:text-right [&_th]:py-1 [&_th]:font-normal">
        <thead className="text-12 text-muted">
          <tr>
            <td />
            <th scope="col" className="text-right">
              <Trans>Now</Trans>
            </th>
            <th scope="col" className="text-right">
              <Trans>Then</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          <Line name={<Trans>Approved</Trans>} before={before.approved} after={after.approved} />
          <Line name={<Trans>Rejected</Trans>} before={before.rejected} after={after.rejected} />
          <Line name={<Trans>Left to moderators</Trans>} before={before.toPeople} after={after.toPeople} />
          <Line name={<Trans>Not needed</Trans>} before={before.notAsked} after={after.notAsked} />
          {before.unanswered + after.unanswered > 0 && (
            <Line name={<Trans>Items that would ask for more</Trans>} before={before.unanswered} after={after.unanswered} />
          )}
          <tr className="border-line border-t">
            <th scope="row" className="text-left text-muted">
              <Trans>As people decided</Trans>
            </th>
            <td>{agreeing(before)}</td>
            <td className="font-semibold">{agreeing(after)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Line({ name, before, after }: { name: ReactNode; before: number; after: number }) {
  const format = useFormat();
  const change = after - before;
  return (
    <tr className="border-line border-t">
      <th scope="row" className="text-left text-muted">
        {name}
      </th>
      <td>{format.number(before)}</td>
      <td className="font-semibold">
        {format.number(after)}
        {change !== 0 && (
          <span className="ml-1 font-normal text-12 text-muted">
            ({change > 0 ? "+" : "−"}
            {format.number(Math.abs(change))})
          </span>
        )}
      </td>
    </tr>
  );
}
