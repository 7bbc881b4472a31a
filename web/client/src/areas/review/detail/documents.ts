import { graphql, type ResultOf } from "@/api/graphql";
import { ANSWER, CONFLICT, CONTENT, FIELD } from "@/editor/documents";

const ANSWERED = graphql(
  `
  fragment Answered on Annotation {
    id
    state
    submittedAt
    annotator { id displayName }
    answers { ...Answer }
  }
`,
  [ANSWER],
);
export const LOOKED_AT = graphql(
  `
  fragment LookedAt on Annotation {
    id
    state
    submittedAt
    activeSeconds
    reward { amount currency }
    annotator { id displayName standing { status accuracy decided approved rejected skipRate until reason } }
    project { id title kind instructions form { ...Field } }
    item { id externalId content { ...Content } problems { kind message reportedAt } }
    answers { ...Answer }
    mended { ...Answer }
    verdict { id decision source basis reasons comment decidedAt conflicts { ...ShownConflict } }
  }
`,
  [ANSWER, CONFLICT, CONTENT, FIELD],
);

export const REVIEW = graphql(
  `
  query ReviewDetail($id: ID!) {
    node(id: $id) {
      __typename
      ... on Review { id reason risk suggestion conflicts { ...ShownConflict } annotation { ...LookedAt } others { ...Answered } }
    }
  }
`,
  [LOOKED_AT, ANSWERED, CONFLICT],
);
export const LIKENESS = graphql(`
  query MendLikeness($id: ID!, $answers: [AnswerInput!]!) {
    node(id: $id) { __typename ... on Review { id likeness(answers: $answers) } }
  }
`);
export const ANNOTATION = graphql(
  `
  query AnnotationDetail($id: ID!) {
    node(id: $id) { __typename ... on Annotation { ...LookedAt appeal { id state message comment openedAt dueAt decidedAt } } }
  }
`,
  [LOOKED_AT],
);
export const APPEAL = graphql(
  `
  query AppealDetail($id: ID!) {
    node(id: $id) {
      __typename
      ... on Appeal { id state message comment openedAt dueAt decidedAt annotation { ...LookedAt } }
    }
  }
`,
  [LOOKED_AT],
);

export type Seen = Pick<Extract<NonNullable<ResultOf<typeof REVIEW>["node"]>, { __typename: "Review" }>, "reason" | "risk" | "suggestion">;
export type LookedAt = ResultOf<typeof LOOKED_AT>;
export type Answered = ResultOf<typeof ANSWERED>;
export type Standing = NonNullable<LookedAt["annotator"]>["standing"];
export type AppealSides = {
  id: string;
  state: string;
  message: string;
  comment: string | null;
  openedAt: string;
  dueAt: string;
  decidedAt: string | null;
};
