import { graphql, type ResultOf } from "@/api/graphql";

export const FAQ = graphql(`
  query Faq {
    faq { key title entries { key question answer } }
  }
`);

export type Topic = ResultOf<typeof FAQ>["faq"][number];
export type Entry = Topic["entries"][number];
