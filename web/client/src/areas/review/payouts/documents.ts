import { graphql, type ResultOf } from "@/api/graphql";
import { WITHDRAWAL } from "@/api/withdrawal";

export const HOT_WALLETS = graphql(`
  subscription HotWallets {
    hotWallets { coin accountBalance nodeBalance checkedAt problem problemSince needsHuman }
  }
`);
export const BATCHES = graphql(`
  query PayoutBatches($after: String) {
    payoutBatches(first: 20, after: $after) {
      edges {
        node {
          id coin state withdrawals amount { amount currency } coinAmount networkFee rate rateAt rateSources txid explorerUrl confirmations
          confirmationsNeeded conflict orderedBackAt resolvedAt createdAt
        }
      }
      pageInfo { endCursor hasNextPage }
    }
  }
`);
export const ALL_WITHDRAWALS = graphql(
  `
  query AllWithdrawals($after: String, $state: WithdrawalState, $held: Boolean) {
    withdrawals(first: 20, after: $after, state: $state, held: $held) {
      edges { node { ...Withdrawal requestedBy { id displayName } } }
      pageInfo { endCursor hasNextPage }
    }
  }
`,
  [WITHDRAWAL],
);
export const HOLD = graphql(
  `
  mutation HoldWithdrawal($withdrawalId: ID!, $until: DateTime!, $reason: String!) {
    holdWithdrawal(withdrawalId: $withdrawalId, until: $until, reason: $reason) { withdrawal { ...Withdrawal } errors { code message path } }
  }
`,
  [WITHDRAWAL],
);
export const RELEASE = graphql(
  `
  mutation ReleaseWithdrawal($withdrawalId: ID!, $reason: String!) {
    releaseWithdrawal(withdrawalId: $withdrawalId, reason: $reason) { withdrawal { ...Withdrawal } errors { code message path } }
  }
`,
  [WITHDRAWAL],
);
export const REFUSE = graphql(
  `
  mutation RefuseWithdrawal($withdrawalId: ID!, $reason: String!) {
    refuseWithdrawal(withdrawalId: $withdrawalId, reason: $reason) { withdrawal { ...Withdrawal } errors { code message path } }
  }
`,
  [WITHDRAWAL],
);
export const GIVE_BACK = graphql(`
  mutation GivePayoutBack($batchId: ID!, $reason: String!) {
    givePayoutBack(batchId: $batchId, reason: $reason) { batch { id orderedBackAt } errors { code message path } }
  }
`);

export type HotWallet = ResultOf<typeof HOT_WALLETS>["hotWallets"][number];
export type Batch = ResultOf<typeof BATCHES>["payoutBatches"]["edges"][number]["node"];
export type Asked = ResultOf<typeof ALL_WITHDRAWALS>["withdrawals"]["edges"][number]["node"];
