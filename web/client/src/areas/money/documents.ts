import { graphql, type ResultOf } from "@/api/graphql";
import { WITHDRAWAL } from "@/api/withdrawal";

export const METHODS = graphql(`
  query PayoutMethods {
    payoutMethods {
      coin
      name
      minimum { amount currency }
      fee { amount currency }
      rate
      rateAt
      nextBatchAt
      waiting
      confirmations
      addressStarts
    }
  }
`);
export const CHECK_ADDRESS = graphql(`
  query CheckAddress($coin: Coin!, $address: String!) {
    checkAddress(coin: $coin, address: $address) { canonical problem }
  }
`);
export const REQUEST = graphql(
  `
  mutation RequestWithdrawal($input: RequestWithdrawalInput!) {
    requestWithdrawal(input: $input) { withdrawal { ...Withdrawal } errors { code message path } }
  }
`,
  [WITHDRAWAL],
);
export const CANCEL = graphql(
  `
  mutation CancelWithdrawal($withdrawalId: ID!) {
    cancelWithdrawal(withdrawalId: $withdrawalId) { withdrawal { ...Withdrawal } errors { code message path } }
  }
`,
  [WITHDRAWAL],
);
export const MY_WITHDRAWALS = graphql(
  `
  query MyWithdrawals($first: Int!, $after: String, $states: [WithdrawalState!], $coin: Coin) {
    viewer {
      id
      withdrawals(first: $first, after: $after, states: $states, coin: $coin) {
        edges { cursor node { ...Withdrawal } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`,
  [WITHDRAWAL],
);
export const ONE_WITHDRAWAL = graphql(
  `
  query OneWithdrawal($id: ID!) {
    node(id: $id) { __typename ... on Withdrawal { ...Withdrawal } }
  }
`,
  [WITHDRAWAL],
);

export type Method = ResultOf<typeof METHODS>["payoutMethods"][number];
