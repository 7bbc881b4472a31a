import { graphql, type ResultOf } from "@/api/graphql";

export const JUDGING = graphql(`
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
          edges { node { judged right retiredAt item { id externalId } } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`);

export type Judging = NonNullable<NonNullable<ResultOf<typeof JUDGING>["project"]>["judging"]>;
export type Gold = Judging["gold"]["edges"][number]["node"];
export type Thresholds = Judging["thresholds"];
