import { graphql, type ResultOf } from "@/api/graphql";

export const CREDITED = graphql(`
  fragment Credited on Organization {
    id
    name
    createdAt
    balance { amount currency }
    members { displayName email }
  }
`);
export const ALL_ORGANIZATIONS = graphql(
  `
  query AllOrganizations($after: String, $search: String) {
    allOrganizations(first: 50, after: $after, search: $search) {
      edges { node { ...Credited } }
      pageInfo { endCursor hasNextPage }
    }
  }
`,
  [CREDITED],
);
export const ONE_ORGANIZATION = graphql(
  `
  query OneOrganization($id: ID!) {
    node(id: $id) { __typename ... on Organization { ...Credited } }
  }
`,
  [CREDITED],
);
export const CREDIT = graphql(
  `
  mutation CreditOrganization($organizationId: ID!, $amount: Decimal!, $reference: String!, $key: String!) {
    creditOrganization(organizationId: $organizationId, amount: $amount, reference: $reference, idempotencyKey: $key) {
      organization { ...Credited }
      errors { code message path }
    }
  }
`,
  [CREDITED],
);

export type Credited = ResultOf<typeof CREDITED>;
