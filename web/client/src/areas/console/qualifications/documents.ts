import { graphql, type ResultOf } from "@/api/graphql";

const TEST = graphql(`
  fragment Test on Qualification {
    id
    title
    questionCount
    passScore
    retryHours
    figures { attempts passRate }
  }
`);
export const TESTS_OF = graphql(
  `
  query TestsOf($id: ID!) {
    node(id: $id) {
      __typename
      ... on Organization { id qualifications(first: 100) { edges { node { ...Test } } } }
    }
  }
`,
  [TEST],
);
export const CREATE_TEST = graphql(
  `
  mutation CreateQualification($input: QualificationInput!) {
    createQualification(input: $input) { qualification { ...Test } errors { code message path } }
  }
`,
  [TEST],
);

export type Test = ResultOf<typeof TEST>;
