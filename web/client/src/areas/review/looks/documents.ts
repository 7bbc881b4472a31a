import { graphql, type ResultOf } from "@/api/graphql";
import { LOOKED_AT } from "../detail/documents";

export const SAMPLES = graphql(`
  query SecondLooks($after: String) {
    reviewBoard {
      audits(first: 50, after: $after) {
        edges {
          node {
            id
            drawnAt
            verdict { id decision }
            annotation { id project { id title kind } item { id externalId } }
          }
        }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
`);
export const SAMPLE = graphql(
  `
  query SecondLook($id: ID!) {
    node(id: $id) {
      __typename
      ... on AuditSample {
        id
        annotation { ...LookedAt project { id judging { audited wrong } } }
      }
    }
  }
`,
  [LOOKED_AT],
);
export const DECIDE_SAMPLE = graphql(`
  mutation DecideAudit($auditId: ID!, $agrees: Boolean!, $comment: String) {
    decideAudit(auditId: $auditId, agrees: $agrees, comment: $comment) {
      audit { id agrees annotation { id state project { id judging { audited wrong } } } }
      errors { code message path }
    }
  }
`);

export type Sample = ResultOf<typeof SAMPLES>["reviewBoard"]["audits"]["edges"][number]["node"];
