import { graphql, type ResultOf } from "@/api/graphql";
import { ANSWER, CONTENT } from "@/editor/documents";

export const RESULTS = graphql(
  `
  query ResultsOf($id: ID!, $after: String, $first: Int!) {
    project(id: $id) {
      id
      results(first: $first, after: $after) {
        edges {
          cursor
          node {
            completedAt
            agreement
            item { id externalId content { ...Content } }
            annotations { id submittedAt answers { ...Answer } }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`,
  [ANSWER, CONTENT],
);

export const MAKE_GOLD = graphql(`
  mutation MakeGold($itemId: ID!) {
    makeGold(itemId: $itemId) { item { id externalId } errors { code message path } }
  }
`);

export type Result = NonNullable<NonNullable<ResultOf<typeof RESULTS>["project"]>["results"]>["edges"][number]["node"];
export type Annotation = Result["annotations"][number];
