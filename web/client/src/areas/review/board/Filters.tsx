import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import type { Scalar } from "@/api/graphql";
import { KINDS } from "@/areas/work/kinds";
import { classes } from "@/ui/words";
import { PROJECTS } from "./documents";
import { forget, useBoard } from "./store";

const look =
  "min-h-11 min-w-0 basis-0 desk:w-40 desk:grow-0 desk:basis-auto truncate rounded-8 border border-edge bg-surface px-1 text-16 desk:min-h-8 desk:px-2 desk:text-13";

/** Which project and which kind of work the board shows, and in which order. */
export function Filters({ beforeChange }: { beforeChange: () => void }) {
  const { t, i18n } = useLingui();
  const filter = useBoard((state) => state.filter);
  const [{ data }] = useQuery({ query: PROJECTS, requestPolicy: "cache-and-network" });
  const projects = data?.projects.edges.map(({ node }) => node) ?? [];
  const kinds = [...new Set(projects.map(({ kind }) => kind))].sort();
  const change = (changed: Partial<typeof filter>) => {
    beforeChange();
    forget({ ...filter, ...changed });
  };
  return (
    <>
      <select
        aria-label={t`Project`}
        value={filter.projectId ?? ""}
        onChange={(event) => change({ projectId: event.target.value || undefined })}
        className={classes(look, "grow-11")}
      >
        <option value="">
          <Trans>All projects</Trans>
        </option>
        {projects.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <select
        aria-label={t`Kind of work`}
        value={filter.kind ?? ""}
        onChange={(event) => change({ kind: (event.target.value || undefined) as Scalar<"TaskKind"> | undefined })}
        className={classes(look, "grow-9")}
      >
        <option value="">
          <Trans>All kinds</Trans>
        </option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {i18n._(KINDS[kind].label)}
          </option>
        ))}
      </select>
      <select
        aria-label={t`Order`}
        value={filter.order ?? ""}
        onChange={(event) => change({ order: event.target.value === "OLDEST" ? "OLDEST" : undefined })}
        className={classes(look, "grow-13")}
      >
        <option value="">
          <Trans>Riskiest first</Trans>
        </option>
        <option value="OLDEST">
          <Trans>Oldest first</Trans>
        </option>
      </select>
    </>
  );
}
