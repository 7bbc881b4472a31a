import { graphql } from "@/api/graphql";

export const REGISTER = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) { accepted errors { code message path } }
  }
`);
export const CONFIRM_AGAIN = graphql(`
  mutation ConfirmAgain($email: String!) {
    requestEmailConfirmation(email: $email) { accepted errors { code message path } }
  }
`);
export const CONFIRM = graphql(`
  mutation Confirm($token: String!) {
    confirmEmail(token: $token) { viewer { id email } errors { code message path } }
  }
`);
export const SIGN_IN = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { viewer { id email } errors { code message path } }
  }
`);
export const REQUEST_RESET = graphql(`
  mutation RequestReset($email: String!) {
    requestPasswordReset(email: $email) { accepted errors { code message path } }
  }
`);
export const RESET = graphql(`
  mutation Reset($token: String!, $password: String!) {
    resetPassword(token: $token, password: $password) { viewer { id email } errors { code message path } }
  }
`);
