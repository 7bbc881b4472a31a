import { graphql, type ResultOf } from "@/api/graphql";

const STANDING_APPEAL = graphql(`
  fragment StandingAppeal on Appeal {
    id
    state
    message
    openedAt
    dueAt
    annotation { id }
    annotator { id displayName standing { status accuracy decided approved rejected skipRate until reason } }
    step { step rule kind reason advice good counted below at until }
  }
`);
export const STANDING_APPEALS = graphql(
  `
  query StandingAppeals($after: String) {
    reviewBoard { appeals(first: 100, after: $after) { edges { node { ...StandingAppeal } } pageInfo { endCursor hasNextPage } } }
  }
`,
  [STANDING_APPEAL],
);
export const DECIDE_STANDING_APPEAL = graphql(`
  mutation DecideStandingAppeal($appealId: ID!, $outcome: AppealOutcome!, $comment: String!) {
    decideAppeal(appealId: $appealId, outcome: $outcome, comment: $comment) {
      appeal { id state annotator { id standing { status until reason } } }
      errors { code message path }
    }
  }
`);
export const OVERTURNED = graphql(`
  query Overturned {
    overturned {
      moderator { id displayName }
      project { id title }
      source
      basis
      rejected
      appealed
      overturned
      share
      isTooOften
    }
  }
`);

export type StandingAppeal = ResultOf<typeof STANDING_APPEAL>;
export type OverturnFigures = ResultOf<typeof OVERTURNED>["overturned"][number];
