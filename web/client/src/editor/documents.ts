import { graphql, type ResultOf } from "@/api/graphql";

export const CONTENT = graphql(`
  fragment Content on Content {
    __typename
    ... on ImageContent { url width height alt uploadId }
    ... on TextContent { text role }
    ... on AudioContent { url seconds uploadId }
  }
`);
export const FIELD = graphql(`
  fragment Field on FormField {
    __typename
    key
    label
    help
    required
    ... on ChoiceField { multiple options { key label color } }
    ... on BoxField { classes { key label color } }
    ... on PolygonField { classes { key label color } }
    ... on MaskField { classes { key label color } }
    ... on SpanField { classes { key label color } }
    ... on TextField { maxLength }
    ... on RatingField { min max }
    ... on MediaField { media }
  }
`);
export const ANSWER = graphql(
  `
  fragment Answer on Answer {
    key
    value {
      __typename
      ... on ChoiceAnswer { choices }
      ... on BoxAnswer { boxes { label x y width height } }
      ... on PolygonAnswer { polygons { label points } }
      ... on MaskAnswer { masks { label size counts } }
      ... on SpanAnswer { spans { label content start end } }
      ... on TextAnswer { text }
      ... on RatingAnswer { rating }
      ... on MediaAnswer { media { ...Content } }
    }
  }
`,
  [CONTENT],
);

/** What can be drawn of an answer. */
export const DRAWN = graphql(`
  fragment Drawn on AnswerValue {
    __typename
    ... on BoxAnswer { boxes { label x y width height } }
    ... on PolygonAnswer { polygons { label points } }
    ... on MaskAnswer { masks { label size counts } }
  }
`);

/** What was wrong with an answer, with its own shapes. */
export const CONFLICT = graphql(
  `
  fragment ShownConflict on Conflict { key fault overlap wanted given { ...Drawn } }
`,
  [DRAWN],
);

export type Conflict = ResultOf<typeof CONFLICT>;
export type Content = ResultOf<typeof CONTENT>;
export type Field = ResultOf<typeof FIELD>;
export type Drawn = ResultOf<typeof DRAWN>;
export type ServedAnswer = ResultOf<typeof ANSWER>;
export type FieldOf<Name extends Field["__typename"]> = Extract<Field, { __typename: Name }>;
export type ImageBlock = Extract<Content, { __typename: "ImageContent" }>;
export type ShapeField = FieldOf<"BoxField"> | FieldOf<"PolygonField"> | FieldOf<"MaskField">;
