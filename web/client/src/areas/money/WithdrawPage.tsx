import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useQuery } from "urql";
import { useMutate } from "@/api/mutate";
import { errorAt, OFFLINE, type Problem, problemOf, type UserError } from "@/api/problem";
import { useViewer } from "@/api/session";
import { Back } from "@/ui/Back";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Failed, Notice, ProblemText, Rows } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { AddressField } from "./AddressField";
import { dollars, inCoins, micros } from "./amounts";
import { Confirm } from "./Confirm";
import { METHODS, type Method, REQUEST } from "./documents";
import { Methods } from "./Methods";
import { useAddressCheck } from "./useAddressCheck";
import { useDraft } from "./useDraft";
import { useCoins } from "./words";

/** A rate is shown with its age, so it is asked for again before that says too little. */
const TERMS_MS = 60_000;

/** Asks for a withdrawal: a coin, an amount, an address; then once more in full, to be confirmed. */
export function WithdrawPage() {
  const { t } = useLingui();
  const [{ data, error }, again] = useQuery({ query: METHODS, requestPolicy: "cache-and-network" });
  useEffect(() => {
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), TERMS_MS);
    return () => clearInterval(timer);
  }, [again]);
  return (
    <Page isNarrow title={t`Withdraw`} lead={<Trans>From your available balance to a wallet of yours.</Trans>}>
      <Back to="/earnings">
        <Trans>Earnings</Trans>
      </Back>
      {error && !data && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
      {!data && !error && <Rows count={3} className="h-24" />}
      {data && <Form methods={data.payoutMethods} />}
    </Page>
  );
}

function Form({ methods }: { methods: readonly Method[] }) {
  const navigate = useNavigate();
  const mutate = useMutate();
  const format = useFormat();
  const { id: viewerId } = useViewer();
  const { draft, change, forget } = useDraft(viewerId);
  const [isConfirming, setConfirming] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const method = methods.find(({ coin }) => coin === draft.coin);
  const address = draft.address.trim();
  const check = useAddressCheck(draft.coin, address);
  const wrong = useAmountProblem(draft.amount, method);
  const amount = micros(draft.amount);
  if (!method) return null;
  const isReady = amount !== null && !wrong && address !== "" && !["unfinished", "foreign", "refused"].includes(check.kind);

  const edit = (to: Parameters<typeof change>[0]) => {
    setErrors([]);
    setProblem(undefined);
    change(to);
  };
  const review = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) setConfirming(true);
  };
  const request = async () => {
    setBusy(true);
    const input = { coin: draft.coin, address, amount: dollars(amount ?? 0n), idempotencyKey: draft.key };
    const { payload, problem, errors } = await mutate(REQUEST, { input });
    setBusy(false);
    setErrors(errors);
    setProblem(problem);
    if (!payload?.withdrawal) {
      // Without an answer it is asked for again from where it was; a refusal is put right in the form.
      if (problem?.code !== OFFLINE) setConfirming(false);
      return;
    }
    forget();
    toast({ tone: "good", title: <Trans>{format.money(payload.withdrawal.amount)} is set aside for you</Trans> });
    await navigate({ to: "/earnings/withdrawals/$withdrawalId", params: { withdrawalId: payload.withdrawal.id }, replace: true });
  };
  const isNamed = errorAt(errors, "amount") || errorAt(errors, "address");
  return (
    <form onSubmit={review} className="grid gap-6" noValidate>
      <Methods methods={methods} chosen={draft.coin} onChoose={(coin) => edit({ coin })} />
      {method.waiting && <Notice tone="warning">{method.waiting}</Notice>}
      <Card className="grid gap-5 p-4 desk:p-6">
        {problem && !isNamed && !isConfirming && (
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        )}
        <AmountField
          method={method}
          amount={draft.amount}
          error={wrong ?? errorAt(errors, "amount")}
          onChange={(amount) => edit({ amount })}
        />
        <AddressField
          method={method}
          address={draft.address}
          check={check}
          error={errorAt(errors, "address")}
          onChange={(address) => edit({ address })}
        />
        <Outcome method={method} amount={wrong ? null : amount} />
        <Button type="submit" kind="primary" disabled={!isReady}>
          <Trans>Check once more</Trans>
        </Button>
      </Card>
      {isConfirming && amount !== null && (
        <Confirm
          method={method}
          amount={amount}
          address={check.kind === "good" ? check.told : address}
          problem={problem}
          isBusy={isBusy}
          onConfirm={request}
          onClose={() => setConfirming(false)}
        />
      )}
    </form>
  );
}

/** What is wrong with the amount as far as it is typed. */
function useAmountProblem(text: string, method: Method | undefined): string | undefined {
  const { t } = useLingui();
  const format = useFormat();
  const { wallet } = useViewer();
  if (!text.trim() || !method) return undefined;
  const amount = micros(text);
  if (amount === null) return t`An amount in dollars, such as 0.50.`;
  if (amount > (micros(wallet.available.amount) ?? 0n)) return t`More than the ${format.money(wallet.available)} that you have available.`;
  if (amount < (micros(method.minimum.amount) ?? 0n)) return t`At least ${format.money(method.minimum)}.`;
  return undefined;
}

type AmountProps = { method: Method; amount: string; error: string | undefined; onChange: (amount: string) => void };

function AmountField({ method, amount, error, onChange }: AmountProps) {
  const { t } = useLingui();
  const format = useFormat();
  const { available } = useViewer().wallet;
  const isEnough = (micros(available.amount) ?? 0n) >= (micros(method.minimum.amount) ?? 0n);
  return (
    <div className="grid gap-1">
      <TextField
        label={t`Amount in dollars`}
        hint={
          isEnough
            ? t`${format.money(available)} available`
            : t`${format.money(available)} available; withdrawals begin at ${format.money(method.minimum)}`
        }
        error={error}
        inputMode="decimal"
        autoComplete="off"
        value={amount}
        onChange={(event) => onChange(event.target.value)}
      />
      {isEnough && (
        <Button size="small" className="mt-1 justify-self-start" onClick={() => onChange(available.amount)}>
          <Trans>All of it</Trans>
        </Button>
      )}
    </div>
  );
}

/** What arrives, by the rate as it is now; and when. */
function Outcome({ method: { coin, fee, rate, rateAt, nextBatchAt, confirmations }, amount }: { method: Method; amount: bigint | null }) {
  const format = useFormat();
  const words = useCoins();
  const estimate = amount !== null && rate ? inCoins(amount, micros(fee.amount) ?? 0n, rate) : null;
  return (
    <dl className="grid gap-2 border-line border-t pt-4 text-13">
      <Term name={<Trans>Fee</Trans>}>{Number(fee.amount) === 0 ? <Trans>none</Trans> : format.money(fee)}</Term>
      <Term name={<Trans>Rate now</Trans>}>
        {rate && rateAt ? (
          <Trans>
            {words.rate(rate)} for 1 {coin}, {format.ago(rateAt)}
          </Trans>
        ) : (
          <Trans>not known</Trans>
        )}
      </Term>
      <Term name={<Trans>You get about</Trans>}>
        <output className="font-semibold text-16">{estimate ? words.coins(estimate, coin) : "–"}</output>
      </Term>
      <Term name={<Trans>Next batch</Trans>}>{format.time(nextBatchAt)}</Term>
      <Term name={<Trans>Final after</Trans>}>
        <Trans>{confirmations} confirmations</Trans>
      </Term>
    </dl>
  );
}

function Term({ name, children }: { name: React.ReactNode; children: React.ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="text-muted">{name}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}
