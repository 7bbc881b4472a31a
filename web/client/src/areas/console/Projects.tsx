import { Trans, useLingui } from "@lingui/react/macro";
import { Building2, FolderPlus, Plus } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { Button, ButtonLink } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { ORGANIZATIONS, type Organization, PROJECTS_OF } from "./documents";
import { NewOrganization } from "./NewOrganization";
import { Pager, usePages } from "./Pager";
import { ProjectLine } from "./ProjectLine";

export function Projects() {
  const { t } = useLingui();
  const [{ data, error }, again] = useQuery({ query: ORGANIZATIONS });
  const [isFounding, setFounding] = useState(false);
  const organizations = data?.organizations;
  if (error && !data) return <Failed isPage problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />;
  if (organizations?.length === 0) return <BecomePartner />;
  return (
    <Page
      title={t`Projects`}
      lead={<Trans>What your organizations ask, how far it is, and what it costs.</Trans>}
      aside={
        organizations && (
          <Button size="small" onClick={() => setFounding(true)}>
            <Building2 className="size-4" aria-hidden />
            <Trans>New organization</Trans>
          </Button>
        )
      }
    >
      {organizations ? (
        <div className="grid gap-8">
          {organizations.map((organization) => (
            <OrganizationSection key={organization.id} organization={organization} />
          ))}
        </div>
      ) : (
        <Rows count={4} className="h-18" />
      )}
      <Dialog isOpen={isFounding} onClose={() => setFounding(false)} title={t`New organization`}>
        <NewOrganization onDone={() => setFounding(false)} />
      </Dialog>
    </Page>
  );
}

function BecomePartner() {
  const { t } = useLingui();
  return (
    <Page
      title={t`Become a partner`}
      lead={<Trans>Bring pictures, texts or recordings; people answer what you ask about them.</Trans>}
      isNarrow
    >
      <Card className="grid gap-5 p-4 desk:p-6">
        <ol className="grid gap-2 text-13 text-muted [counter-reset:step] [&>li]:before:mr-2 [&>li]:before:font-semibold [&>li]:before:text-accent [&>li]:before:content-[counter(step)] [&>li]:[counter-increment:step]">
          <li>
            <Trans>Name your organization: projects, money and tokens belong to it.</Trans>
          </li>
          <li>
            <Trans>Make a project: its form, its instructions, its price.</Trans>
          </li>
          <li>
            <Trans>Bring your items, fund it, open it, and watch it fill.</Trans>
          </li>
        </ol>
        <NewOrganization />
      </Card>
    </Page>
  );
}

function OrganizationSection({ organization: { id, name, balance } }: { organization: Organization }) {
  const format = useFormat();
  const pages = usePages();
  const [{ data, error }, again] = useQuery({ query: PROJECTS_OF, variables: { id, after: pages.after } });
  const projects = data?.node?.__typename === "Organization" ? data.node.projects : undefined;
  return (
    <section aria-labelledby={`organization-${id}`} className="grid gap-3">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2 id={`organization-${id}`} className="text-16">
            {name}
          </h2>
          {balance && (
            <p className="text-13 text-muted">
              <Trans>
                Balance <strong className="font-semibold text-ink">{format.money(balance)}</strong>, not yet set aside for a project
              </Trans>
            </p>
          )}
        </div>
        <ButtonLink to="/console/projects/new/$organizationId" params={{ organizationId: id }} kind="primary" size="small">
          <Plus className="size-4" aria-hidden />
          <Trans>New project</Trans>
        </ButtonLink>
      </header>
      {error && !data ? (
        <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />
      ) : !projects ? (
        <Rows count={3} className="h-18" />
      ) : projects.edges.length === 0 ? (
        <Card>
          <Empty icon={<FolderPlus aria-hidden />} title={<Trans>No project yet</Trans>}>
            <Trans>
              A project is one thing that you ask of many items: which animal, where are the cars, what does it say. New project begins one
              from a pattern.
            </Trans>
          </Empty>
        </Card>
      ) : (
        <div>
          <Card className="overflow-hidden">
            <ul className="divide-y divide-line">
              {projects.edges.map(({ node }) => (
                <ProjectLine key={node.id} project={node} />
              ))}
            </ul>
          </Card>
          <Pager pages={pages} pageInfo={projects.pageInfo} />
        </div>
      )}
    </section>
  );
}
