import { graphql, type ResultOf } from "@/api/graphql";

const STEP = graphql(`
  fragment Step on StandingStep {
    step
    rule
    kind
    reason
    advice
    good
    counted
    below
    at
    until
    overturnedAt
    lapsedAt
    appeal { id state message openedAt dueAt decidedAt comment }
  }
`);
const RULE = graphql(`
  fragment Rule on NearingRule { rule step kind good counted below least margin goodOnesToRecover }
`);
export const STANDING = graphql(
  `
  query MyStanding {
    viewer {
      id
      standing {
        status
        accuracy
        decided
        approved
        rejected
        skipRate
        until
        reason
        recent { good counted share lower upper }
        pace { good counted share lower upper }
        finished { good counted share lower upper }
        rules { ...Rule }
        kinds { kind accuracy approved decided lower upper level }
        inForce { ...Step }
        steps { ...Step }
      }
    }
  }
`,
  [RULE, STEP],
);
export const OPEN_STANDING_APPEAL = graphql(`
  mutation OpenStandingAppeal($message: String!) {
    openStandingAppeal(message: $message) { appeal { id state } errors { code message path } }
  }
`);

export type Standing = NonNullable<ResultOf<typeof STANDING>["viewer"]>["standing"];
export type Step = ResultOf<typeof STEP>;
export type Rule = ResultOf<typeof RULE>;
export type Figures = Standing["recent"];
