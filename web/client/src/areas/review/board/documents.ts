import { graphql, type ResultOf } from "@/api/graphql";

/** What a card shows of an annotation. */
export const WORK = graphql(`
  fragment Work on Annotation {
    id
    state
    submittedAt
    annotator { id displayName }
    project { id title kind }
    item { id externalId }
    verdict { id decision source reasons decidedAt }
  }
`);
const WAITING = graphql(
  `
  fragment Waiting on Review {
    id
    claimExpiresAt
    reason
    risk
    suggestion
    judgeAt
    claimedBy { id displayName since }
    annotation { ...Work }
  }
`,
  [WORK],
);
const OBJECTION = graphql(
  `
  fragment Objection on Appeal {
    id
    state
    openedAt
    dueAt
    annotation { ...Work }
  }
`,
  [WORK],
);
const COUNTS = graphql(`
  fragment Counts on ReviewCounts { waiting forPeople claimed decidedToday appeals }
`);
const PRESENT = graphql(`
  fragment Present on ModeratorPresence { id displayName since }
`);

export const BOARD = graphql(
  `
  query Board($projectId: ID, $kind: TaskKind, $order: ReviewOrder = RISK) {
    reviewBoard {
      cursor
      counts { ...Counts }
      moderators { ...Present }
      mine { ...Waiting }
      waiting(first: 50, projectId: $projectId, kind: $kind, order: $order) { edges { node { ...Waiting } } pageInfo { endCursor hasNextPage } }
      claimed(first: 50) { edges { node { ...Waiting } } pageInfo { endCursor hasNextPage } }
      approved: decided(first: 30, decision: APPROVED) { edges { node { ...Work } } pageInfo { endCursor hasNextPage } }
      rejected: decided(first: 30, decision: REJECTED) { edges { node { ...Work } } pageInfo { endCursor hasNextPage } }
      appeals(first: 50) { edges { node { ...Objection } } pageInfo { endCursor hasNextPage } }
    }
  }
`,
  [WAITING, WORK, OBJECTION, COUNTS, PRESENT],
);

export const MORE_WAITING = graphql(
  `
  query MoreWaiting($after: String, $projectId: ID, $kind: TaskKind, $order: ReviewOrder = RISK) {
    reviewBoard {
      waiting(first: 50, after: $after, projectId: $projectId, kind: $kind, order: $order) { edges { node { ...Waiting } } pageInfo { endCursor hasNextPage } }
    }
  }
`,
  [WAITING],
);
export const MORE_CLAIMED = graphql(
  `
  query MoreClaimed($after: String) {
    reviewBoard { claimed(first: 50, after: $after) { edges { node { ...Waiting } } pageInfo { endCursor hasNextPage } } }
  }
`,
  [WAITING],
);
export const MORE_DECIDED = graphql(
  `
  query MoreDecided($after: String, $decision: Decision!) {
    reviewBoard { decided(first: 50, after: $after, decision: $decision) { edges { node { ...Work } } pageInfo { endCursor hasNextPage } } }
  }
`,
  [WORK],
);
export const MORE_APPEALS = graphql(
  `
  query MoreAppeals($after: String) {
    reviewBoard { appeals(first: 50, after: $after) { edges { node { ...Objection } } pageInfo { endCursor hasNextPage } } }
  }
`,
  [OBJECTION],
);

export const BOARD_EVENTS = graphql(
  `
  subscription BoardEvents($after: Cursor) {
    reviewBoard(after: $after) {
      __typename
      cursor
      at
      counts { ...Counts }
      ... on ReviewQueued { review { ...Waiting } }
      ... on ReviewClaimed { review { ...Waiting } }
      ... on ReviewReleased { review { ...Waiting } }
      ... on ReviewDecided { reviewId verdict { id annotation { ...Work } } }
      ... on AppealOpened { appeal { ...Objection } }
      ... on AppealClosed { appeal { ...Objection } }
      ... on PresenceChanged { moderators { ...Present } }
    }
  }
`,
  [WAITING, WORK, OBJECTION, COUNTS, PRESENT],
);

export const PROJECTS = graphql(`
  query ProjectsToReview {
    projects(first: 100) { edges { node { id title kind } } }
  }
`);

export const CLAIM = graphql(
  `
  mutation ClaimReviews($count: Int, $projectId: ID, $reviewIds: [ID!]) {
    claimReviews(count: $count, projectId: $projectId, reviewIds: $reviewIds) {
      reviews { ...Waiting }
      errors { code message path }
    }
  }
`,
  [WAITING],
);
export const RELEASE = graphql(`
  mutation ReleaseReview($reviewId: ID!) {
    releaseReview(reviewId: $reviewId) { accepted errors { code message path } }
  }
`);
export const DECIDE = graphql(
  `
  mutation DecideReview($reviewId: ID!, $decision: Decision!, $reasons: [RejectionReason!], $comment: String) {
    decideReview(reviewId: $reviewId, decision: $decision, reasons: $reasons, comment: $comment) {
      verdict { id annotation { ...Work } }
      errors { code message path }
    }
  }
`,
  [WORK],
);
export const DECIDE_TOGETHER = graphql(
  `
  mutation DecideReviews($reviewIds: [ID!]!, $decision: Decision!, $reasons: [RejectionReason!], $comment: String) {
    decideReviews(reviewIds: $reviewIds, decision: $decision, reasons: $reasons, comment: $comment) {
      verdicts { id annotation { ...Work } }
      errors { code message path }
    }
  }
`,
  [WORK],
);
export const FIX = graphql(
  `
  mutation FixReview($reviewId: ID!, $answers: [AnswerInput!]!) {
    fixReview(reviewId: $reviewId, answers: $answers) {
      verdict { id annotation { ...Work } }
      errors { code message path }
    }
  }
`,
  [WORK],
);
export const DECIDE_APPEAL = graphql(
  `
  mutation DecideAppeal($appealId: ID!, $outcome: AppealOutcome!, $comment: String!) {
    decideAppeal(appealId: $appealId, outcome: $outcome, comment: $comment) {
      appeal { ...Objection comment decidedAt }
      errors { code message path }
    }
  }
`,
  [OBJECTION],
);

export type Work = ResultOf<typeof WORK>;
export type Waiting = ResultOf<typeof WAITING>;
export type Objection = ResultOf<typeof OBJECTION>;
export type Counts = ResultOf<typeof COUNTS>;
export type Present = ResultOf<typeof PRESENT>;
export type Snapshot = ResultOf<typeof BOARD>["reviewBoard"];
export type BoardEvent = ResultOf<typeof BOARD_EVENTS>["reviewBoard"];
