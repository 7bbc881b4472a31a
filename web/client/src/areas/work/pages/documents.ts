import { graphql, type ResultOf } from "@/api/graphql";
import { ANSWER, CONFLICT, CONTENT, FIELD } from "@/editor/documents";

export const VERDICT = graphql(`
  fragment ShownVerdict on Verdict {
    id
    decision
    source
    reasons
    comment
    decidedAt
    appealableUntil
  }
`);
export const APPEAL = graphql(`
  fragment ShownAppeal on Appeal {
    id
    state
    message
    openedAt
    dueAt
    decidedAt
    comment
  }
`);
export const ANNOTATIONS = graphql(
  `
  query Annotations($state: AnnotationState, $after: String) {
    viewer {
      id
      annotations(first: 25, after: $after, state: $state) {
        edges {
          cursor
          node {
            id
            state
            submittedAt
            reward { amount currency }
            project { id title kind }
            verdict { ...ShownVerdict }
            appeal { ...ShownAppeal }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`,
  [VERDICT, APPEAL],
);
export const ANNOTATION = graphql(
  `
  query Annotation($id: ID!) {
    node(id: $id) {
      __typename
      ... on Annotation {
        id
        state
        submittedAt
        activeSeconds
        reward { amount currency }
        answers { ...Answer }
        mended { ...Answer }
        item { id content { ...Content } }
        project { id title kind instructions form { ...Field } }
        verdict { ...ShownVerdict conflicts { ...ShownConflict } }
        appeal { ...ShownAppeal }
      }
    }
  }
`,
  [ANSWER, CONFLICT, CONTENT, FIELD, VERDICT, APPEAL],
);
export const OPEN_APPEAL = graphql(
  `
  mutation OpenAppeal($annotationId: ID!, $message: String!) {
    openAppeal(annotationId: $annotationId, message: $message) {
      appeal { ...ShownAppeal annotation { id appeal { ...ShownAppeal } } }
      errors { code message path }
    }
  }
`,
  [APPEAL],
);

export type ListedAnnotation = NonNullable<ResultOf<typeof ANNOTATIONS>["viewer"]>["annotations"]["edges"][number]["node"];
export type ReportedAnnotation = Extract<NonNullable<ResultOf<typeof ANNOTATION>["node"]>, { __typename: "Annotation" }>;
