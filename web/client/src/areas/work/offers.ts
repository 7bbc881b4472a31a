import { graphql, type ResultOf } from "@/api/graphql";

const PROJECT = graphql(`
  fragment OfferedProject on Project {
    id
    title
    kind
    openTasks
    blockedBy
    leaseSeconds
    pricePerThousand { amount currency }
    organization { id name }
    requirements { countries languages devices minAccuracy qualifications { id title } }
  }
`);
/** Open projects, those that the viewer may work on first. */
export const PROJECTS = graphql(
  `
  query OfferedProjects {
    projects(first: 100) { edges { node { ...OfferedProject } } }
    viewer { id qualifications { state retryAt qualification { id } } }
  }
`,
  [PROJECT],
);

export type Project = ResultOf<typeof PROJECT>;
export type Tried = NonNullable<ResultOf<typeof PROJECTS>["viewer"]>["qualifications"][number];
export type Test = Project["requirements"]["qualifications"][number] & { retryAt: string | null };

/** The test that alone keeps the viewer from the project: the first that is not passed, and from when a failed one may be taken again. */
export function testOf({ blockedBy, requirements }: Project, tried: readonly Tried[]): Test | undefined {
  if (blockedBy.length !== 1 || blockedBy[0] !== "QUALIFICATION_REQUIRED") return undefined;
  const statusOf = (id: string) => tried.find(({ qualification }) => qualification.id === id);
  const missing = requirements.qualifications.find(({ id }) => statusOf(id)?.state !== "PASSED");
  return missing && { ...missing, retryAt: statusOf(missing.id)?.retryAt ?? null };
}

export function isOpen({ blockedBy, openTasks }: Project): boolean {
  return blockedBy.length === 0 && openTasks > 0;
}
