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
    requirements { countries languages devices minAccuracy }
  }
`);
/** Open projects, those that the viewer may work on first. */
export const PROJECTS = graphql(
  `
  query OfferedProjects {
    projects(first: 100) { edges { node { ...OfferedProject } } }
  }
`,
  [PROJECT],
);

export type Project = ResultOf<typeof PROJECT>;

export function isOpen({ blockedBy, openTasks }: Project): boolean {
  return blockedBy.length === 0 && openTasks > 0;
}
