import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ArrowRight } from "lucide-react";
import { useQuery } from "urql";
import { ButtonLink } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { Card } from "@/ui/Page";
import { Skeleton } from "@/ui/States";
import { classes } from "@/ui/words";
import { KINDS } from "../kinds";
import { isOpen, PROJECTS, type Project } from "../offers";
import "./unlocked.css";

/** Who came here straight from the last step sees the lock open. */
const MOMENT_MS = 60_000;
const SHOWN = 3;
/** Room for them while they are on their way, so that nothing below moves. */
const PLACES = Array.from({ length: SHOWN }, (_, index) => `place-${index}`).map((key) => (
  <li key={key}>
    <Skeleton className="h-14" />
  </li>
));

/** The tutorial is passed: what that opened, and the way in. */
export function Unlocked({ at }: { at: string }) {
  const [{ data, error }] = useQuery({ query: PROJECTS, requestPolicy: "cache-and-network" });
  const isFresh = Date.now() - Date.parse(at) < MOMENT_MS;
  const open = (data?.projects.edges.map(({ node }) => node) ?? []).filter(isOpen);
  const tasks = open.reduce((sum, { openTasks }) => sum + openTasks, 0);
  return (
    <Card className={classes("grid justify-items-center gap-5 overflow-hidden p-6 text-center desk:p-8", isFresh && "unlocked")}>
      <Lock />
      <div className="grid gap-1">
        <h2 className="text-24">
          <Trans>You are through. Tasks are open to you.</Trans>
        </h2>
        <p className="text-muted">
          {tasks > 0 ? (
            <Plural value={tasks} one="# paid task waits for you now." other="# paid tasks wait for you now." />
          ) : (
            <Trans>From here on, what you do is paid.</Trans>
          )}
        </p>
      </div>
      {(open.length > 0 || (!data && !error)) && (
        <ul className="grid w-full max-w-120 gap-1.5 text-left" aria-hidden>
          {open.slice(0, SHOWN).map((project) => (
            <Offer key={project.id} project={project} />
          ))}
          {!data && PLACES}
        </ul>
      )}
      <div className="grid w-full max-w-120 gap-2 desk:flex desk:justify-center">
        <ButtonLink to="/work/tasks" search={{}} kind="primary" className="desk:order-1">
          <Trans>Start your first task</Trans>
          <ArrowRight className="size-4" aria-hidden />
        </ButtonLink>
        <ButtonLink to="/work">
          <Trans>See the projects</Trans>
        </ButtonLink>
      </div>
    </Card>
  );
}

function Offer({ project }: { project: Project }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const { label, icon: Icon } = KINDS[project.kind];
  return (
    <li className="unlocked-offer flex h-14 items-center gap-3 rounded-8 border border-line px-3">
      <Icon className="size-4.5 shrink-0 text-accent" aria-hidden />
      <span className="grid min-w-0 grow">
        <span className="truncate font-medium">{project.title}</span>
        <span className="text-12 text-muted">{i18n._(label)}</span>
      </span>
      <span className="font-semibold">{format.money(project.pricePerThousand)}</span>
    </li>
  );
}

function Lock() {
  return (
    <svg viewBox="0 0 96 96" className="size-24 text-good" fill="none" aria-hidden="true">
      <circle cx={48} cy={48} r={34} className="unlocked-ring fill-good/12" />
      <g className="unlocked-rays" stroke="currentColor" strokeWidth={2.5} strokeLinecap="round">
        <path d="M48 4v6M48 86v6M4 48h6M86 48h6M17 17l4 4M75 75l4 4M79 17l-4 4M17 79l4-4" />
      </g>
      <path d="M38 46v-8a10 10 0 0 1 20 0" className="unlocked-shackle" stroke="currentColor" strokeWidth={4.5} strokeLinecap="round" />
      <rect x={32} y={45} width={32} height={24} rx={5} fill="currentColor" />
      <circle cx={48} cy={56} r={3.5} className="fill-surface" />
    </svg>
  );
}
