import { graphql, type ResultOf } from "@/api/graphql";
import { ANSWER, CONTENT } from "@/editor/documents";

export const JUDGING = graphql(
  `
  query JudgingOf($id: ID!, $after: String) {
    project(id: $id) {
      id
      judging {
        maxOverlap
        thresholds { match overlap text points right outlier confidence }
        agreement
        byGold
        byConsensus
        byModerators
        audited
        wrong
        gold(first: 50, after: $after) {
          edges { node { judged right retiredAt answers { ...Answer } item { id externalId content { ...Content } } } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`,
  [ANSWER, CONTENT],
);
export const QUALITY = graphql(`
  query QualityOf($id: ID!) {
    project(id: $id) {
      id
      judging {
        days(last: 30) { day byGold goldRight byConsensus byModerators rejected overturned results agreement }
        fields {
          key
          label
          kind
          answers
          right
          agreement
          classes { key label }
          confusion { wanted given times }
        }
      }
    }
  }
`);
export const PREVIEW = graphql(`
  query JudgingPreview($projectId: ID!, $judging: JudgingInput, $overlap: Int, $maxOverlap: Int) {
    judgingPreview(projectId: $projectId, judging: $judging, overlap: $overlap, maxOverlap: $maxOverlap) {
      items
      annotations
      changed
      before { approved rejected toPeople notAsked unanswered checked agreeing }
      after { approved rejected toPeople notAsked unanswered checked agreeing }
    }
  }
`);

export type Judging = NonNullable<NonNullable<ResultOf<typeof JUDGING>["project"]>["judging"]>;
export type Gold = Judging["gold"]["edges"][number]["node"];
export type Thresholds = Judging["thresholds"];
export type Quality = NonNullable<NonNullable<ResultOf<typeof QUALITY>["project"]>["judging"]>;
export type FieldFigures = Quality["fields"][number];
export type JudgedDay = Quality["days"][number];
export type Preview = NonNullable<ResultOf<typeof PREVIEW>["judgingPreview"]>;
