import { graphql, type ResultOf } from "./graphql";

/** All that pages show of a withdrawal: what an event says of it, each of them shows at once. */
export const WITHDRAWAL = graphql(`
  fragment Withdrawal on Withdrawal {
    id
    coin
    address
    amount { amount currency }
    fee { amount currency }
    coinAmount
    rate
    state
    heldUntil
    holdReason
    txid
    confirmations
    confirmationsNeeded
    explorerUrl
    reason
    requestedAt
    timeline { state at }
  }
`);

export type Withdrawal = ResultOf<typeof WITHDRAWAL>;
