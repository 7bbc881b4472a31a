import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { KINDS } from "@/areas/work/kinds";
import { useFormat } from "@/ui/format";
import type { ProjectRow } from "./documents";
import { Meter } from "./Meter";
import { StateBadge } from "./StateBadge";
import { useProgress } from "./useProgress";

/** A project in a list: what it is, how far it is, what it has left. It moves as its work does. */
export function ProjectLine({ project }: { project: ProjectRow }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const progress = useProgress(project);
  const { icon: Icon, label } = KINDS[project.kind];
  return (
    <li>
      <Link
        to="/console/projects/$projectId"
        params={{ projectId: project.id }}
        className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 px-4 py-3 -outline-offset-2 hover:bg-ground desk:grid-cols-[minmax(0,2fr)_minmax(0,1.4fr)_8rem_5.5rem_auto]"
      >
        <span className="flex min-w-0 items-center gap-3">
          <span className="grid size-9 shrink-0 place-items-center rounded-8 bg-soft text-accent">
            <Icon className="size-4.5" aria-hidden />
          </span>
          <span className="grid min-w-0">
            <span className="truncate font-medium">{project.title}</span>
            <span className="truncate text-12 text-muted">{i18n._(label)}</span>
          </span>
        </span>
        <span className="order-3 col-span-2 desk:order-none desk:col-span-1">
          {progress && progress.items > 0 ? (
            <span className="grid gap-1">
              <Meter progress={progress} overlap={project.overlap} />
              <span className="text-12 text-muted">
                <Plural
                  value={progress.items}
                  one={`${format.number(progress.done)} of # item done`}
                  other={`${format.number(progress.done)} of # items done`}
                />
              </span>
            </span>
          ) : (
            <span className="text-12 text-muted">
              <Trans>No items yet</Trans>
            </span>
          )}
        </span>
        <span className="order-4 hidden text-right desk:order-none desk:grid">
          {project.budget && (
            <>
              <span className="font-medium">{format.money(project.budget)}</span>
              <span className="text-12 text-muted">
                <Trans>set aside</Trans>
              </span>
            </>
          )}
        </span>
        <span className="justify-self-end">
          <StateBadge state={project.state} />
        </span>
        <ChevronRight className="hidden size-4 text-muted desk:block" aria-hidden />
      </Link>
    </li>
  );
}
