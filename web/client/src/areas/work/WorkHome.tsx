import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ArrowRight, GraduationCap, Inbox, Lock, UserRoundPen } from "lucide-react";
import type { ReactNode } from "react";
import { useQuery } from "urql";
import { graphql } from "@/api/graphql";
import { useLive } from "@/api/live";
import { problemOf } from "@/api/problem";
import { useViewer } from "@/api/session";
import { ButtonLink } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { KINDS } from "./kinds";
import { isOpen, PROJECTS, type Project, type Test, testOf } from "./offers";

const AVAILABLE = graphql(`
  subscription TaskAvailable {
    taskAvailable { openTasks project { id title openTasks blockedBy } }
  }
`);

/** What is open, live; and what stands between the viewer and the rest. */
export function WorkHome() {
  const { t } = useLingui();
  const viewer = useViewer();
  const [{ data, error }, again] = useQuery({ query: PROJECTS });
  const projects = data?.projects.edges.map(({ node }) => node);
  useLive(AVAILABLE, {
    variables: {},
    onEvent: ({ taskAvailable }) => {
      const isKnown = projects?.some(({ id }) => id === taskAvailable.project.id);
      if (!isKnown) again({ requestPolicy: "network-only" });
    },
  });
  const isReady = viewer.tutorialProgress.completedAt !== null && viewer.emailConfirmed;
  const open = projects?.filter(isOpen) ?? [];
  const resting = projects?.filter(({ blockedBy, openTasks }) => blockedBy.length === 0 && openTasks === 0) ?? [];
  const blocked = projects?.filter(({ blockedBy }) => blockedBy.length > 0) ?? [];
  const tried = data?.viewer?.qualifications ?? [];
  const behindTest = blocked.filter((project) => testOf(project, tried));
  const others = blocked.filter((project) => !testOf(project, tried));

  return (
    <Page
      title={t`Work`}
      lead={<Trans>Projects that are open now. Pay per 1,000 approved annotations.</Trans>}
      aside={
        (open.length > 0 || (!projects && !error && isReady)) && (
          <ButtonLink to="/work/tasks" search={{}} kind="primary" className="w-full desk:w-auto">
            <Trans>Start working</Trans>
            <ArrowRight className="size-4" aria-hidden />
          </ButtonLink>
        )
      }
    >
      <div className="grid gap-8">
        <NextSteps />
        {error && !data && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
        {!data && !error && <Rows count={5} className="h-19" />}
        {projects && open.length === 0 && isReady && (
          <Card>
            <Empty icon={<Inbox aria-hidden />} title={<Trans>No open tasks for you just now</Trans>}>
              <Trans>This page fills by itself as soon as there are some.</Trans>
            </Empty>
          </Card>
        )}
        <ProjectList title={<Trans>Open</Trans>} projects={open} />
        <ProjectList title={<Trans>No tasks left just now</Trans>} projects={resting} />
        <ProjectList
          title={<Trans>Open after a test</Trans>}
          projects={behindTest}
          row={(project) => <ProjectRow project={project} test={testOf(project, tried)} />}
        />
        <ProjectList title={isReady ? <Trans>Not offered to you</Trans> : <Trans>Waiting for you</Trans>} projects={others} />
      </div>
    </Page>
  );
}

/** What to do before the first task, one thing at a time. */
function NextSteps() {
  const viewer = useViewer();
  const { passedSteps, totalSteps, completedAt } = viewer.tutorialProgress;
  const { status, reason, until } = viewer.standing;
  const format = useFormat();
  if (status === "SUSPENDED" || status === "BANNED")
    return (
      <Step
        icon={<Lock aria-hidden />}
        title={status === "BANNED" ? <Trans>Your account is banned</Trans> : <Trans>Your account is suspended</Trans>}
        detail={
          <>
            {reason} {until && <Trans>Until {format.day(until)}.</Trans>} <Trans>What you have earned stays yours.</Trans>
          </>
        }
        action={
          <div className="flex flex-wrap gap-2">
            <ButtonLink to="/reports/standing" kind="primary">
              <Trans>See why, or appeal</Trans>
            </ButtonLink>
            <ButtonLink to="/earnings">
              <Trans>Earnings</Trans>
            </ButtonLink>
          </div>
        }
      />
    );
  if (status === "RESTRICTED")
    return (
      <Step
        icon={<Lock aria-hidden />}
        title={<Trans>You are offered fewer projects for now</Trans>}
        detail={
          <>
            {reason} {until && <Trans>Until {format.day(until)}.</Trans>}
          </>
        }
        action={
          <ButtonLink to="/reports/standing">
            <Trans>See why, or appeal</Trans>
          </ButtonLink>
        }
      />
    );
  if (!completedAt)
    return (
      <Step
        icon={<GraduationCap aria-hidden />}
        title={passedSteps > 0 ? <Trans>Go on with the tutorial</Trans> : <Trans>First, the tutorial</Trans>}
        detail={
          <Trans>
            A few minutes, unpaid; tasks open when it is passed. {passedSteps} of {totalSteps} steps done.
          </Trans>
        }
        progress={totalSteps > 0 ? passedSteps / totalSteps : 0}
        action={
          <ButtonLink to="/work/tutorial" kind="primary">
            {passedSteps > 0 ? <Trans>Go on</Trans> : <Trans>Begin</Trans>}
          </ButtonLink>
        }
      />
    );
  if (viewer.profile.missing.length > 0)
    return (
      <Step
        icon={<UserRoundPen aria-hidden />}
        title={<Trans>Complete your profile to be offered more</Trans>}
        detail={<Trans>Projects are offered by country, languages and devices.</Trans>}
        action={
          <ButtonLink to="/welcome">
            <Trans>Complete it</Trans>
          </ButtonLink>
        }
      />
    );
  return null;
}

type StepProps = { icon: ReactNode; title: ReactNode; detail: ReactNode; action: ReactNode; progress?: number };

function Step({ icon, title, detail, action, progress }: StepProps) {
  return (
    <Card className="flex flex-wrap items-center gap-4 p-4">
      <span className="grid size-11 shrink-0 place-items-center rounded-full bg-soft text-accent [&>svg]:size-5">{icon}</span>
      <div className="min-w-0 grow basis-60">
        <h2 className="text-16">{title}</h2>
        <p className="text-13 text-muted">{detail}</p>
        {progress !== undefined && (
          <div className="mt-2 h-1.5 overflow-hidden rounded-full bg-line" aria-hidden>
            <div className="h-full rounded-full bg-accent transition-[width] duration-220" style={{ width: `${progress * 100}%` }} />
          </div>
        )}
      </div>
      {action}
    </Card>
  );
}

type ListProps = { title: ReactNode; projects: readonly Project[]; row?: (project: Project) => ReactNode };

function ProjectList({ title, projects, row = (project) => <ProjectRow project={project} /> }: ListProps) {
  if (projects.length === 0) return null;
  return (
    <section>
      <h2 className="mb-2 font-medium text-13 text-muted">{title}</h2>
      <Card>
        <ul className="divide-y divide-line">
          {projects.map((project) => (
            <li key={project.id}>{row(project)}</li>
          ))}
        </ul>
      </Card>
    </section>
  );
}

function ProjectRow({ project, test }: { project: Project; test?: Test | undefined }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const { label, icon: Icon } = KINDS[project.kind];
  const isBlocked = project.blockedBy.length > 0;
  const body = (
    <>
      <span className="grid size-10 shrink-0 place-items-center rounded-8 bg-ground text-muted">
        <Icon className="size-5" aria-hidden />
      </span>
      <span className="grid min-w-0 grow gap-0.5">
        <span className="truncate font-medium">{project.title}</span>
        <span className="truncate text-12 text-muted">
          {i18n._(label)} · {project.organization.name}
        </span>
        {isBlocked && <span className="text-12 text-warning">{test ? <TestAhead test={test} /> : <Why project={project} />}</span>}
      </span>
      <span className="grid shrink-0 justify-items-end gap-0.5">
        <span className="font-semibold text-16">{format.money(project.pricePerThousand)}</span>
        <span className="text-12 text-muted">
          {project.openTasks >= MOST_COUNTED ? (
            <Trans>1,000+ tasks</Trans>
          ) : (
            <Plural value={project.openTasks} one="# task" other="# tasks" />
          )}
        </span>
      </span>
    </>
  );
  const layout = "flex min-h-18 items-center gap-3 px-4 py-3";
  if (test)
    return (
      <Link
        to="/work/qualifications/$qualificationId"
        params={{ qualificationId: test.id }}
        className={`${layout} transition-colors duration-120 hover:bg-ground`}
      >
        {body}
      </Link>
    );
  if (isBlocked || project.openTasks === 0) return <div className={layout}>{body}</div>;
  return (
    <Link to="/work/tasks" search={{ project: project.id }} className={`${layout} transition-colors duration-120 hover:bg-ground`}>
      {body}
    </Link>
  );
}

function TestAhead({ test: { title, retryAt } }: { test: Test }) {
  const format = useFormat();
  if (retryAt && Date.parse(retryAt) > Date.now())
    return (
      <Trans>
        Test “{title}” not passed; try again from {format.time(retryAt)}.
      </Trans>
    );
  return <Trans>Take the test “{title}” to open it.</Trans>;
}

/** The server counts up to here. */
const MOST_COUNTED = 1_000;

/** Why a project is closed to the viewer, and what they can do about it. */
function Why({ project }: { project: Project }) {
  const { i18n } = useLingui();
  const { requirements, blockedBy } = project;
  if (blockedBy.includes("TUTORIAL_REQUIRED")) return <Trans>Opens when you have passed the tutorial.</Trans>;
  if (blockedBy.includes("QUALIFICATION_REQUIRED")) return <Trans>Needs a test that you have not passed yet.</Trans>;
  if (blockedBy.includes("EMAIL_UNCONFIRMED")) return <Trans>Confirm your email address first.</Trans>;
  if (blockedBy.includes("ACCOUNT_SUSPENDED")) return <Trans>Not while your account is suspended.</Trans>;
  const languages = new Intl.DisplayNames(i18n.locale, { type: "language" });
  const countries = new Intl.DisplayNames(i18n.locale, { type: "region" });
  const wants = [
    ...requirements.countries.map((code) => countries.of(code)),
    ...requirements.languages.map((tag) => languages.of(tag)),
    ...requirements.devices.map((device) => device.toLowerCase()),
    ...(requirements.minAccuracy === null ? [] : [`≥ ${Math.round(requirements.minAccuracy * 100)} %`]),
  ];
  return wants.length > 0 ? <Trans>Asks for: {wants.join(", ")}.</Trans> : <Trans>Not offered to you at the moment.</Trans>;
}
