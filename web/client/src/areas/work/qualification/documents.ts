import { graphql, type ResultOf } from "@/api/graphql";
import { CONTENT, FIELD } from "@/editor/documents";

/** Asking for the questions draws them: this is for whoever opens the test. */
export const QUALIFICATION = graphql(
  `
  query Qualification($id: ID!) {
    node(id: $id) {
      __typename
      ... on Qualification {
        id
        title
        guide
        passScore
        questions { id content { ...Content } form { ...Field } }
      }
    }
    viewer { id qualifications { state score retryAt qualification { id } } }
  }
`,
  [CONTENT, FIELD],
);
export const ANSWER = graphql(`
  mutation AnswerQualification($id: ID!, $answers: [QualificationAnswerInput!]!) {
    answerQualification(qualificationId: $id, answers: $answers) {
      status { state score retryAt qualification { id questions { id } } }
      errors { code message path }
    }
  }
`);

export type Qualification = Extract<ResultOf<typeof QUALIFICATION>["node"], { __typename: "Qualification" }>;
export type Question = Qualification["questions"][number];
export type Status = Pick<NonNullable<ResultOf<typeof QUALIFICATION>["viewer"]>["qualifications"][number], "state" | "score" | "retryAt">;
