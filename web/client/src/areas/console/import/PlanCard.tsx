import { Plural, Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Check } from "../form/Check";
import type { Plan } from "./gather";
import type { PlannedItem } from "./plan";
import { Troubles } from "./Troubles";

const SHOWN = 5;

type Props = {
  plan: Plan;
  /** The form draws what COCO has. */
  canGold: boolean;
  isGold: boolean;
  isReading: boolean;
  onGold: (isGold: boolean) => void;
  onStart: () => void;
  onForget: () => void;
};

/** What would be brought, before anything is sent. */
export function PlanCard({ plan, canGold, isGold, isReading, onGold, onStart, onForget }: Props) {
  const format = useFormat();
  const count = plan.items.length;
  return (
    <Card className="grid gap-5 p-4 desk:p-6">
      <dl className="flex flex-wrap gap-x-10 gap-y-3">
        <Figure name={<Trans>Items</Trans>} value={format.number(count)} />
        <Figure
          name={<Trans>Files to send</Trans>}
          value={format.number(plan.files.size)}
          detail={<Trans>{megabytes(plan.bytes, format.number)} MB</Trans>}
        />
        {plan.gold > 0 && <Figure name={<Trans>Known answers</Trans>} value={format.number(plan.gold)} />}
        {plan.troubles.length > 0 && <Figure name={<Trans>Left out or odd</Trans>} value={format.number(plan.troubles.length)} />}
      </dl>
      {plan.hasCoco && canGold && (
        <div className="grid gap-1 rounded-12 bg-ground p-3">
          <Check isOn={isGold} onChange={onGold} label={<Trans>Use COCO's annotations as known answers (gold)</Trans>} />
          <p className="text-12 text-muted">
            {isGold ? (
              <Trans>These items check annotators against what you know. They ask for no answers of their own.</Trans>
            ) : (
              <Trans>The pictures become items to be answered; the annotations in the file are not used.</Trans>
            )}
          </p>
        </div>
      )}
      {count > 0 && <Sample items={plan.items.slice(0, SHOWN)} more={Math.max(0, count - SHOWN)} />}
      <Troubles troubles={plan.troubles} />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" disabled={count === 0 || isReading} onClick={onStart}>
          <Plural value={count} _0="Nothing to import" one="Import # item" other="Import # items" />
        </Button>
        <Button kind="quiet" onClick={onForget}>
          <Trans>Start over</Trans>
        </Button>
      </div>
    </Card>
  );
}

function megabytes(bytes: number, number: (value: number) => string): string {
  return number(Math.max(bytes > 0 ? 0.1 : 0, Math.round(bytes / 100_000) / 10));
}

function Figure({ name, value, detail }: { name: ReactNode; value: string; detail?: ReactNode }) {
  return (
    <div className="grid">
      <dt className="text-12 text-muted">{name}</dt>
      <dd className="font-semibold text-20">
        {value} {detail && <span className="font-normal text-13 text-muted">{detail}</span>}
      </dd>
    </div>
  );
}

function Sample({ items, more }: { items: readonly PlannedItem[]; more: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <div className="overflow-x-auto rounded-8 border border-line" tabIndex={0}>
      <table className="w-full text-left text-13">
        <thead className="text-12 text-muted">
          <tr className="border-line border-b">
            <th scope="col" className="px-3 py-2 font-medium">
              <Trans>Key</Trans>
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              <Trans>Content</Trans>
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              <Trans>Known answer</Trans>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {items.map(({ externalId, content, gold }) => (
            <tr key={externalId}>
              <td className="max-w-60 truncate px-3 py-2 font-medium">{externalId}</td>
              <td className="max-w-90 truncate px-3 py-2 text-muted">
                {content.map((block) => (block.kind === "text" ? block.text : block.file)).join(" · ")}
              </td>
              <td className="px-3 py-2 text-muted">{gold ? <Trans>yes</Trans> : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <p className="border-line border-t px-3 py-2 text-12 text-muted">
          <Plural value={more} one="and # more" other="and # more" />
        </p>
      )}
    </div>
  );
}
