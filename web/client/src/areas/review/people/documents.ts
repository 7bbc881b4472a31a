import { graphql, type ResultOf } from "@/api/graphql";

export const PERSON = graphql(`
  fragment Person on Annotator {
    id
    displayName
    standing { status accuracy decided approved rejected skipRate until reason }
  }
`);
export const PEOPLE = graphql(
  `
  query People($after: String, $search: String, $status: AccountStatus) {
    annotators(first: 50, after: $after, search: $search, status: $status) {
      edges { node { ...Person } }
      pageInfo { endCursor hasNextPage }
    }
  }
`,
  [PERSON],
);
export const ONE_PERSON = graphql(
  `
  query OnePerson($id: ID!) {
    node(id: $id) { __typename ... on Annotator { ...Person } }
  }
`,
  [PERSON],
);
export const SUSPEND = graphql(
  `
  mutation Suspend($annotatorId: ID!, $reason: String!, $until: DateTime) {
    suspendAnnotator(annotatorId: $annotatorId, reason: $reason, until: $until) { annotator { ...Person } errors { code message path } }
  }
`,
  [PERSON],
);
export const BAN = graphql(
  `
  mutation Ban($annotatorId: ID!, $reason: String!, $fraud: Boolean!) {
    banAnnotator(annotatorId: $annotatorId, reason: $reason, fraud: $fraud) { annotator { ...Person } errors { code message path } }
  }
`,
  [PERSON],
);
export const REINSTATE = graphql(
  `
  mutation Reinstate($annotatorId: ID!, $reason: String!) {
    reinstateAnnotator(annotatorId: $annotatorId, reason: $reason) { annotator { ...Person } errors { code message path } }
  }
`,
  [PERSON],
);

export type Person = ResultOf<typeof PERSON>;
