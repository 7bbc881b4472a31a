import { graphql, type ResultOf } from "@/api/graphql";
import { CONTENT, DRAWN, FIELD } from "@/editor/documents";

export const TUTORIAL = graphql(
  `
  query Tutorial {
    tutorial {
      lessons {
        id
        kind
        title
        guide
        steps { id prompt passed content { ...Content } form { ...Field } }
      }
    }
  }
`,
  [CONTENT, FIELD],
);
export const ANSWER_STEP = graphql(
  `
  mutation AnswerStep($stepId: ID!, $answers: [AnswerInput!]!) {
    answerTutorialStep(stepId: $stepId, answers: $answers) {
      correct
      why
      remarks { key fault message given { ...Drawn } expected { ...Drawn } }
      moreRemarks
      progress { passedSteps totalSteps completedAt }
      errors { code message path }
    }
  }
`,
  [DRAWN],
);

export type Lesson = ResultOf<typeof TUTORIAL>["tutorial"]["lessons"][number];
export type Step = Lesson["steps"][number];
export type Remark = NonNullable<ResultOf<typeof ANSWER_STEP>["answerTutorialStep"]>["remarks"][number];
