import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { TextField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { FIELD_KINDS, kindOf } from "./kinds";
import { NumberField } from "./NumberField";
import { type ErrorAt, floorOfSpec, type Spec } from "./spec";

type Props = { spec: Spec; onChange: (changed: Partial<Spec>) => void; by: { at: ErrorAt }; isFixed: boolean };

const dollars = (amount: number) => ({ amount: String(amount), currency: "USD" });

/** What 1,000 answers cost, how many people answer each item, how long one of them has. */
export function Price({ spec, onChange, by, isFixed }: Props) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const floor = floorOfSpec(spec);
  const price = Number(spec.price.replace(",", "."));
  const isBelow = !isFixed && Number.isFinite(price) && price < floor;
  return (
    <Card className="grid gap-5 p-4 desk:p-6">
      <h2 className="text-16">
        <Trans>Price and pace</Trans>
      </h2>
      <div className="grid items-start gap-5 desk:grid-cols-3">
        <TextField
          label={t`Dollars per 1,000 answers`}
          hint={isBelow ? undefined : t`One price for everybody who works on it.`}
          error={by.at("pricePerThousand") ?? (isBelow ? t`The least for this form is ${format.money(dollars(floor))}.` : undefined)}
          inputMode="decimal"
          autoComplete="off"
          disabled={isFixed}
          value={spec.price}
          onChange={(event) => onChange({ price: event.target.value })}
        />
        <NumberField
          label={t`Answers per item`}
          hint={t`By different people. Three make a majority; 1 to 20.`}
          error={by.at("overlap")}
          disabled={isFixed}
          value={spec.overlap}
          onChange={(overlap) => onChange({ overlap })}
        />
        <NumberField
          label={t`Seconds for one task`}
          hint={t`How long it is held for a person; work on it prolongs that.`}
          error={by.at("leaseSeconds")}
          value={spec.leaseSeconds}
          onChange={(leaseSeconds) => onChange({ leaseSeconds })}
        />
      </div>
      <div className="grid gap-3 rounded-12 bg-ground p-4 desk:grid-cols-2 desk:gap-8">
        <div className="grid min-w-0 grid-cols-1 content-start gap-1.5">
          <p className="font-medium text-13">
            <Trans>The least price of this form</Trans>
          </p>
          <ul className="grid grid-cols-1 gap-1 text-13 text-muted">
            {spec.fields.map(({ id, field }) => {
              const { label, floor: least } = FIELD_KINDS[kindOf(field)];
              return (
                <li key={id} className="flex justify-between gap-4">
                  <span className="min-w-0 truncate">
                    {field.label} · {i18n._(label)}
                  </span>
                  <span className="shrink-0">{format.money(dollars(least))}</span>
                </li>
              );
            })}
            <li className="flex justify-between gap-4 border-line border-t pt-1 font-medium text-ink">
              <Trans>Per 1,000 answers, at least</Trans>
              <span>{format.money(dollars(floor))}</span>
            </li>
          </ul>
        </div>
        {Number.isFinite(price) && (
          <div className="grid content-start gap-1.5 text-13">
            <dl className="grid gap-1.5">
              <Sum name={<Trans>One answer</Trans>} value={format.money(dollars(price / 1000))} />
              <Sum
                name={<Plural value={spec.overlap} one="One item, answered once" other="One item, answered # times" />}
                value={format.money(dollars((price * spec.overlap) / 1000))}
              />
              <Sum name={<Trans>1,000 items</Trans>} value={format.money(dollars(price * spec.overlap))} />
            </dl>
            <p className="text-muted">
              <Trans>Rejected answers cost nothing, and somebody else answers instead.</Trans>
            </p>
          </div>
        )}
      </div>
    </Card>
  );
}

function Sum({ name, value }: { name: React.ReactNode; value: string }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-muted">{name}</dt>
      <dd className="font-medium">{value}</dd>
    </div>
  );
}
