import { graphql, type ResultOf } from "@/api/graphql";
import { CONTENT } from "@/editor/documents";

export const ITEM = graphql(
  `
  fragment ConsoleItem on Item {
    id
    externalId
    heldAt
    content { ...Content }
    problems { kind message reportedAt }
  }
`,
  [CONTENT],
);
export const ITEMS = graphql(
  `
  query ItemsOf($id: ID!, $after: String, $held: Boolean!, $first: Int!) {
    project(id: $id) {
      id
      items(first: $first, after: $after, held: $held) {
        edges { cursor node { ...ConsoleItem } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`,
  [ITEM],
);
export const RETURN = graphql(
  `
  mutation ReturnItem($itemId: ID!) {
    returnItem(itemId: $itemId) { item { ...ConsoleItem } errors { code message path } }
  }
`,
  [ITEM],
);
export const REMOVE = graphql(
  `
  mutation RemoveItem($itemId: ID!) {
    removeItem(itemId: $itemId) { item { ...ConsoleItem } errors { code message path } }
  }
`,
  [ITEM],
);

export type Item = ResultOf<typeof ITEM>;
