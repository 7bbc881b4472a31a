import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useEffectEvent } from "react";
import { useQuery } from "urql";
import { useMutate } from "@/api/mutate";
import { problemOf } from "@/api/problem";
import { onActivity } from "@/shell/happenings";
import { Back } from "@/ui/Back";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Failed, Rows } from "@/ui/States";
import { classes } from "@/ui/words";
import { AppealForm, AppealText } from "../appeals";
import { KINDS } from "../kinds";
import { OPEN_STANDING_APPEAL, STANDING, type Standing, type Step } from "./documents";
import { Gauge } from "./Gauge";
import { Said } from "./Said";
import { ADVICE, LADDER, type Measure, measureOf } from "./words";

/** The ladder of a kind has so many steps: a warning, and a restriction. */
const STEPS_OF_KIND = 2;
/** Verdicts come in crowds: they are read anew at most this often. */
const REREAD_MS = 1_000;

/** How far one may go, every figure that decides it, the rules ahead, and what happened; live. */
export function StandingPage() {
  const { t } = useLingui();
  const [{ data, error }, again] = useQuery({ query: STANDING });
  const read = () => again({ requestPolicy: "network-only" });
  useRereading(read);
  const standing = data?.viewer?.standing;
  return (
    <Page isNarrow title={t`Standing`} lead={<Trans>What decides how much you are offered, and whether.</Trans>}>
      <Back to="/reports">
        <Trans>All reports</Trans>
      </Back>
      {error && !standing && <Failed problem={problemOf(error)} retry={read} />}
      {!standing && !error && <Rows count={3} className="h-32" />}
      {standing && (
        <div className="grid gap-6">
          <Now standing={standing} onAppealed={read} />
          <Measures standing={standing} />
          {standing.kinds.length > 0 && <Kinds standing={standing} />}
          <Happened steps={standing.steps} />
        </div>
      )}
    </Page>
  );
}

function useRereading(read: () => void): void {
  const reread = useEffectEvent(read);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reread();
      }, REREAD_MS);
    };
    const stops = [onActivity("StandingChanged", soon), onActivity("VerdictIssued", soon), onActivity("AppealDecided", soon)];
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, []);
}

/** Where one stands, and each step that is in force, with the way to appeal it. */
function Now({ standing: { status, inForce }, onAppealed }: { standing: Standing; onAppealed: () => void }) {
  const look = {
    ACTIVE: { tone: "bg-good", title: <Trans>In good standing</Trans>, says: <Trans>Everything that fits you is open to you.</Trans> },
    RESTRICTED: {
      tone: "bg-warning",
      title: <Trans>Restricted</Trans>,
      says: <Trans>You are offered fewer projects for now. What you have earned stays yours.</Trans>,
    },
    SUSPENDED: {
      tone: "bg-bad",
      title: <Trans>Suspended</Trans>,
      says: <Trans>No work for now. What you have earned stays yours, and can be withdrawn.</Trans>,
    },
    BANNED: {
      tone: "bg-bad",
      title: <Trans>Banned</Trans>,
      says: <Trans>No work any more. What you have earned stays yours, and can be withdrawn.</Trans>,
    },
  }[status];
  return (
    <Card className="overflow-hidden">
      <div className="flex">
        <span aria-hidden className={classes("w-1 shrink-0", look.tone)} />
        <div className="grid min-w-0 grow gap-4 p-4">
          <div>
            <h2 className="text-20">{look.title}</h2>
            <p className="text-muted">{look.says}</p>
          </div>
          {inForce.map((step) => (
            <InForce key={`${step.at} ${step.kind}`} step={step} />
          ))}
          {/* An appeal is against the hardest that was not appealed yet. */}
          {inForce.some(({ appeal }) => !appeal) && <WayToAppeal onAppealed={onAppealed} />}
        </div>
      </div>
    </Card>
  );
}

function InForce({ step }: { step: Step }) {
  return (
    <div className="grid gap-2 border-line border-t pt-4">
      <StepText step={step} />
      {step.appeal && <Appealed appeal={step.appeal} />}
    </div>
  );
}

/** A step with its figures and what to do about it. */
function StepText({ step: taken }: { step: Step }) {
  const { step, kind, rule, advice, until } = taken;
  const { i18n } = useLingui();
  const format = useFormat();
  const measure = rule ? measureOf(rule) : undefined;
  return (
    <>
      <h3 className="text-14">
        {i18n._(LADDER[step])}
        {kind && <span className="font-normal text-muted"> · {i18n._(KINDS[kind].label)}</span>}
        {until && (
          <span className="font-normal text-muted">
            {" · "}
            <Trans>until {format.time(until)}</Trans>
          </span>
        )}
      </h3>
      <p className="text-13">
        <Said step={taken} />
      </p>
      {(measure || advice) && <p className="text-13">{measure && step !== "BANNED" ? i18n._(ADVICE[measure]) : advice}</p>}
    </>
  );
}

function Appealed({ appeal }: { appeal: NonNullable<Step["appeal"]> }) {
  return (
    <div className="grid gap-1 rounded-8 bg-ground p-3 text-13">
      <AppealText appeal={appeal} heading="h4" />
    </div>
  );
}

function WayToAppeal({ onAppealed }: { onAppealed: () => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const send = async (message: string) => {
    const { problem } = await mutate(OPEN_STANDING_APPEAL, { message });
    if (!problem) onAppealed();
    return problem;
  };
  return (
    <div className="border-line border-t pt-4">
      <AppealForm
        heading="h3"
        label={t`Why it should be taken back`}
        hint={t`Somebody who did not decide it reads it, within days. What is taken back counts as if it had never been.`}
        send={send}
      />
    </div>
  );
}

/** The shares that the ladder looks at, each with the rule that is next. */
function Measures({ standing: { recent, pace, finished, rules } }: { standing: Standing }) {
  const format = useFormat();
  const next = (measure: Measure) => rules.find(({ rule, kind }) => !kind && measureOf(rule) === measure);
  return (
    <section className="grid gap-3">
      <h2 className="text-16">
        <Trans>What decides it</Trans>
      </h2>
      <Card className="grid gap-5 p-4">
        <Gauge
          title={<Trans>Accuracy</Trans>}
          counted={
            <Trans>
              {format.number(recent.good)} of {format.number(recent.counted)} approved
            </Trans>
          }
          figures={recent}
          rule={next("accuracy")}
        />
        <Gauge
          title={<Trans>Pace</Trans>}
          counted={
            <Trans>
              {format.number(pace.good)} of {format.number(pace.counted)} unhurried
            </Trans>
          }
          figures={pace}
          rule={next("too fast")}
        />
        <Gauge
          title={<Trans>Finished</Trans>}
          counted={
            <Trans>
              {format.number(finished.counted - finished.good)} of {format.number(finished.counted)} skipped
            </Trans>
          }
          figures={finished}
          rule={next("skips")}
        />
        <p className="border-line border-t pt-3 text-12 text-muted">
          <Trans>
            Of the latest, since the last step. The band is what chance leaves open; a rule applies only where all of it lies left of the
            mark. What an appeal takes back counts for you.
          </Trans>
        </p>
      </Card>
    </section>
  );
}

function Kinds({ standing: { kinds, rules, inForce } }: { standing: Standing }) {
  const { i18n } = useLingui();
  const format = useFormat();
  return (
    <section className="grid gap-3">
      <h2 className="text-16">
        <Trans>By kind of task</Trans>
      </h2>
      <Card className="grid gap-5 p-4">
        {kinds.map(({ kind, accuracy, approved, decided, lower, upper, level }) => (
          <Gauge
            key={kind}
            title={i18n._(KINDS[kind].label)}
            counted={
              <Trans>
                {format.number(approved)} of {format.number(decided)} approved
              </Trans>
            }
            figures={{ share: accuracy, counted: decided, lower, upper }}
            rule={rules.find((rule) => rule.kind === kind)}
          >
            <Level level={level} inForce={inForce.find((step) => step.kind === kind)} />
          </Gauge>
        ))}
        <p className="border-line border-t pt-3 text-12 text-muted">
          <Trans>
            Each kind has steps of its own: first a warning, then a restriction, which keeps you from that kind alone. Much good work, and a
            step counts no more.
          </Trans>
        </p>
      </Card>
    </section>
  );
}

/** How many steps up one is in a kind, and what that means now. */
function Level({ level, inForce }: { level: number; inForce: Step | undefined }) {
  const format = useFormat();
  return (
    <p className="text-12">
      {level === 0 ? (
        <Trans>No step taken in this kind.</Trans>
      ) : (
        <Plural value={level} one="# step taken in this kind." other="# steps taken in this kind." />
      )}
      {inForce?.until && (
        <>
          {" "}
          <Trans>You are kept from it until {format.time(inForce.until)}; other kinds stay open to you.</Trans>
        </>
      )}
      {level >= STEPS_OF_KIND && (
        <>
          {" "}
          <Trans>No harder one follows here, but every answer counts in your accuracy above.</Trans>
        </>
      )}
    </p>
  );
}

/** Every step there ever was, latest first. */
function Happened({ steps }: { steps: readonly Step[] }) {
  const format = useFormat();
  return (
    <section className="grid gap-3">
      <h2 className="text-16">
        <Trans>What happened</Trans>
      </h2>
      {steps.length === 0 ? (
        <Card className="p-4 text-muted">
          <Trans>Nothing so far: no warning, no restriction.</Trans>
        </Card>
      ) : (
        <Card>
          <ol className="divide-y divide-line">
            {steps.map((step) => (
              <li
                key={`${step.at} ${step.kind}`}
                className={classes("grid gap-1.5 p-4", (step.overturnedAt || step.lapsedAt) && "opacity-70")}
              >
                <p className="flex flex-wrap items-center gap-x-2 text-12 text-muted">
                  <time dateTime={step.at}>{format.time(step.at)}</time>
                  {step.overturnedAt ? (
                    <span className="font-medium text-good">
                      <Trans>Taken back {format.day(step.overturnedAt)}</Trans>
                    </span>
                  ) : (
                    step.lapsedAt && (
                      <span className="font-medium text-good">
                        <Trans>Made up for by good work, {format.day(step.lapsedAt)}</Trans>
                      </span>
                    )
                  )}
                </p>
                <StepText step={step} />
                {step.appeal && <Appealed appeal={step.appeal} />}
              </li>
            ))}
          </ol>
        </Card>
      )}
    </section>
  );
}
