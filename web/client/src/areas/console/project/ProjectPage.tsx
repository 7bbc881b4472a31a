import { Trans, useLingui } from "@lingui/react/macro";
import { Link, Outlet, useParams, useRouterState } from "@tanstack/react-router";
import { ChevronLeft, SearchX } from "lucide-react";
import { useEffect, useRef } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { KINDS } from "@/areas/work/kinds";
import { ButtonLink } from "@/ui/Button";
import { useTitle } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { PROJECT, type Project } from "../documents";
import { StateBadge } from "../StateBadge";
import { useProgress } from "../useProgress";
import { ProjectContext } from "./project";
import { StateButtons } from "./StateButtons";

/** Money moves with progress; it is read anew at most this often. */
const REREAD_MS = 3_000;

export function ProjectPage() {
  const { projectId } = useParams({ from: "/signed-in/console/projects/$projectId" });
  const [{ data, error }, again] = useQuery({ query: PROJECT, variables: { id: projectId } });
  if (error && !data) return <Failed isPage problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data)
    return (
      <div className="mx-auto w-full max-w-300 px-4 py-8 desk:px-8">
        <Rows count={3} className="h-28" />
      </div>
    );
  // Annotators see open projects too; their money and items are for members.
  if (!data.project?.budget)
    return (
      <Empty
        isPage
        icon={<SearchX aria-hidden />}
        title={<Trans>There is no such project of yours</Trans>}
        action={
          <ButtonLink to="/console/projects">
            <Trans>All projects</Trans>
          </ButtonLink>
        }
      />
    );
  return <Shown key={data.project.id} project={data.project} refresh={() => again({ requestPolicy: "network-only" })} />;
}

function Shown({ project, refresh }: { project: Project; refresh: () => void }) {
  const { i18n } = useLingui();
  useTitle(project.title);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const progress = useProgress(project, () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      refresh();
    }, REREAD_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <ProjectContext value={{ project, progress, refresh }}>
      <div className="mx-auto w-full max-w-300 px-4 pt-1 pb-12 desk:px-8 desk:pt-6">
        <Link
          to="/console/projects"
          className="-ml-1 inline-flex min-h-11 items-center gap-1 text-13 text-muted hover:text-ink desk:min-h-8"
        >
          <ChevronLeft className="size-4" aria-hidden />
          {project.organization.name}
        </Link>
        <header className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <div className="grid min-w-0 gap-1">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1 className="min-w-0 break-words text-24">{project.title}</h1>
              <StateBadge state={project.state} />
            </div>
            <p className="text-13 text-muted">{i18n._(KINDS[project.kind].label)}</p>
          </div>
          <StateButtons project={project} progress={progress} />
        </header>
        <Tabs projectId={project.id} />
        <div className="pt-6">
          <Outlet />
        </div>
      </div>
    </ProjectContext>
  );
}

function Tabs({ projectId }: { projectId: string }) {
  const { t } = useLingui();
  const tabs = [
    { to: "/console/projects/$projectId", label: <Trans>Overview</Trans>, exact: true },
    { to: "/console/projects/$projectId/form", label: <Trans>Form and instructions</Trans> },
    { to: "/console/projects/$projectId/import", label: <Trans>Import</Trans> },
    { to: "/console/projects/$projectId/items", label: <Trans>Items</Trans> },
    { to: "/console/projects/$projectId/results", label: <Trans>Results</Trans> },
    { to: "/console/projects/$projectId/judging", label: <Trans>Judging</Trans> },
    { to: "/console/projects/$projectId/settings", label: <Trans>Settings</Trans> },
  ] as const;
  const nav = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  // On a phone the tabs are wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another tab
  useEffect(() => {
    nav.current?.querySelector("[aria-current=page]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [path]);
  return (
    <nav
      ref={nav}
      aria-label={t`The project's pages`}
      className="-mx-4 mt-3 flex overflow-x-auto border-line border-b px-4 [scrollbar-width:none] desk:mx-0 desk:px-0"
    >
      {tabs.map(({ to, label, ...rest }) => (
        <Link
          key={to}
          to={to}
          params={{ projectId }}
          activeOptions={{ exact: "exact" in rest }}
          activeProps={{ className: "border-accent text-ink" }}
          inactiveProps={{ className: "border-transparent text-muted hover:text-ink" }}
          className="-mb-px flex min-h-11 shrink-0 items-center border-b-2 px-3 font-medium text-13 -outline-offset-2"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
