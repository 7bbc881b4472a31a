import { graphql, type ResultOf } from "@/api/graphql";
import { ANSWER, CONTENT, FIELD } from "@/editor/documents";

export const PROGRESS = graphql(`
  fragment Progress on ProjectProgress {
    items
    done
    tasksOpen
    tasksLeased
    inReview
    approved
    rejected
    spent { amount currency }
  }
`);
export const PROJECT_ROW = graphql(
  `
  fragment ProjectRow on Project {
    id
    title
    kind
    state
    overlap
    pricePerThousand { amount currency }
    budget { amount currency }
    progress { ...Progress }
  }
`,
  [PROGRESS],
);
export const PROJECT = graphql(
  `
  query ConsoleProject($id: ID!) {
    project(id: $id) {
      ...ProjectRow
      organization { id name balance { amount currency } }
      sample: items(first: 1) { edges { node { id content { ...Content } } } }
      instructions
      leaseSeconds
      form { ...Field }
      requirements { countries languages devices minAccuracy qualifications { id title } }
      examples { good comment content { ...Content } answers { ...Answer } }
    }
  }
`,
  [PROJECT_ROW, FIELD, CONTENT, ANSWER],
);
export const LIVE_PROGRESS = graphql(
  `
  subscription LiveProgress($projectId: ID!) {
    projectProgress(projectId: $projectId) { ...Progress }
  }
`,
  [PROGRESS],
);
export const ORGANIZATIONS = graphql(`
  query Organizations {
    organizations { id name balance { amount currency } }
  }
`);
export const PROJECTS_OF = graphql(
  `
  query ProjectsOf($id: ID!, $after: String) {
    node(id: $id) {
      __typename
      ... on Organization {
        id
        projects(first: 20, after: $after) {
          edges { cursor node { ...ProjectRow } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`,
  [PROJECT_ROW],
);
export const CREATE_ORGANIZATION = graphql(`
  mutation CreateOrganization($name: String!) {
    createOrganization(name: $name) { organization { id name balance { amount currency } } errors { code message path } }
  }
`);
export const CREATE_PROJECT = graphql(`
  mutation CreateProject($input: ProjectInput!) {
    createProject(input: $input) { project { id title state } errors { code message path } }
  }
`);
export const UPDATE_PROJECT = graphql(
  `
  mutation UpdateProject($projectId: ID!, $input: ProjectInput!) {
    updateProject(projectId: $projectId, input: $input) {
      project {
        ...ProjectRow
        instructions
        leaseSeconds
        form { ...Field }
        requirements { countries languages devices minAccuracy qualifications { id title } }
        examples { good comment content { ...Content } answers { ...Answer } }
      }
      errors { code message path }
    }
  }
`,
  [PROJECT_ROW, FIELD, CONTENT, ANSWER],
);
export const FUND = graphql(
  `
  mutation FundProject($projectId: ID!, $amount: Decimal!, $key: String!) {
    fundProject(projectId: $projectId, amount: $amount, idempotencyKey: $key) {
      project { ...ProjectRow organization { id balance { amount currency } } }
      errors { code message path }
    }
  }
`,
  [PROJECT_ROW],
);
export const SET_STATE = graphql(
  `
  mutation SetProjectState($projectId: ID!, $state: ProjectState!) {
    setProjectState(projectId: $projectId, state: $state) {
      project { ...ProjectRow organization { id balance { amount currency } } }
      errors { code message path }
    }
  }
`,
  [PROJECT_ROW],
);

export type ProjectRow = ResultOf<typeof PROJECT_ROW>;
export type Project = NonNullable<ResultOf<typeof PROJECT>["project"]>;
export type Progress = ResultOf<typeof PROGRESS>;
export type Organization = ResultOf<typeof ORGANIZATIONS>["organizations"][number];
export type ProjectState = ReturnType<typeof graphql.scalar<"ProjectState">>;
