import { graphql, type ResultOf } from "@/api/graphql";
import { ANSWER, CONTENT, FIELD } from "@/editor/documents";
import { PERSON } from "../people/documents";

export const SIGNAL = graphql(
  `
  fragment Signal on FraudSignal {
    id
    kind
    words
    found
    counted
    at
    dismissedAt
    dismissedBy { id displayName }
    reason
    annotators { ...Person }
  }
`,
  [PERSON],
);
export const SIGNALS = graphql(
  `
  query Signals($after: String, $dismissed: Boolean) {
    fraudSignals(first: 20, after: $after, dismissed: $dismissed) {
      edges { node { ...Signal } }
      pageInfo { endCursor hasNextPage }
    }
  }
`,
  [SIGNAL],
);
export const EVIDENCE = graphql(
  `
  query Evidence($id: ID!) {
    node(id: $id) {
      __typename
      ... on FraudSignal {
        id
        annotations {
          id
          submittedAt
          activeSeconds
          annotator { id displayName }
          answers { ...Answer }
          item { id externalId content { ...Content } }
          project { id title form { ...Field } }
        }
      }
    }
  }
`,
  [ANSWER, CONTENT, FIELD],
);
export const DISMISS = graphql(
  `
  mutation DismissFraudSignal($id: ID!, $reason: String!) {
    dismissFraudSignal(id: $id, reason: $reason) { signal { ...Signal } errors { code message path } }
  }
`,
  [SIGNAL],
);

export type Signal = ResultOf<typeof SIGNAL>;
export type Shown = Extract<NonNullable<ResultOf<typeof EVIDENCE>["node"]>, { __typename: "FraudSignal" }>["annotations"][number];
