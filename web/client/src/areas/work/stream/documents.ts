import { graphql, type ResultOf } from "@/api/graphql";
import { ANSWER, CONTENT, FIELD } from "@/editor/documents";

export const ASSIGNMENT = graphql(
  `
  fragment StreamAssignment on Assignment {
    id
    state
    leaseExpiresAt
    reward { amount currency }
    draft { ...Answer }
    draftVersion
    task {
      id
      item { id content { ...Content } }
      project {
        id
        title
        instructions
        leaseSeconds
        form { ...Field }
        examples { good comment content { ...Content } answers { ...Answer } }
      }
    }
  }
`,
  [ANSWER, CONTENT, FIELD],
);
export const STREAM = graphql(
  `
  subscription TaskStream($projectId: ID, $prefetch: Int) {
    taskStream(projectId: $projectId, prefetch: $prefetch) { ...StreamAssignment }
  }
`,
  [ASSIGNMENT],
);
export const SUBMIT = graphql(`
  mutation Submit($assignmentId: ID!, $answers: [AnswerInput!]!, $activeSeconds: Float) {
    submitAnnotation(assignmentId: $assignmentId, answers: $answers, activeSeconds: $activeSeconds) {
      annotation { id state reward { amount currency } }
      errors { code message path }
    }
  }
`);
export const SAVE = graphql(`
  mutation Save($assignmentId: ID!, $answers: [AnswerInput!]!, $version: Int) {
    saveDraft(assignmentId: $assignmentId, answers: $answers, version: $version) {
      assignment { id leaseExpiresAt draftVersion }
      errors { code message path }
    }
  }
`);
export const EXTEND = graphql(`
  mutation Extend($assignmentId: ID!) {
    extendLease(assignmentId: $assignmentId) { assignment { id leaseExpiresAt } errors { code message path } }
  }
`);
export const SKIP = graphql(`
  mutation Skip($assignmentId: ID!, $reason: String) {
    skipTask(assignmentId: $assignmentId, reason: $reason) { assignment { id state } errors { code message path } }
  }
`);
export const REPORT = graphql(`
  mutation ReportProblem($assignmentId: ID!, $kind: ProblemKind!, $message: String) {
    reportProblem(assignmentId: $assignmentId, kind: $kind, message: $message) { assignment { id state } errors { code message path } }
  }
`);
export const SERVER_TIME = graphql(`
  query ServerTime {
    serverTime
  }
`);

export type Assignment = ResultOf<typeof ASSIGNMENT>;
