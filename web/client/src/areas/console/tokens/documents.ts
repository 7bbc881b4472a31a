import { graphql, type ResultOf } from "@/api/graphql";

export const TOKENS = graphql(`
  query ApiTokens {
    organizations {
      id
      name
      apiTokens { id name scopes hint createdAt lastUsedAt expiresAt }
    }
  }
`);
export const CREATE_TOKEN = graphql(`
  mutation CreateApiToken($input: ApiTokenInput!) {
    createApiToken(input: $input) {
      apiToken { id name scopes hint createdAt lastUsedAt expiresAt }
      secret
      errors { code message path }
    }
  }
`);
export const REVOKE_TOKEN = graphql(`
  mutation RevokeApiToken($tokenId: ID!) {
    revokeApiToken(tokenId: $tokenId) { accepted errors { code message path } }
  }
`);

export type TokenOwner = ResultOf<typeof TOKENS>["organizations"][number];
export type Token = NonNullable<TokenOwner["apiTokens"]>[number];
export type Scope = Token["scopes"][number];
