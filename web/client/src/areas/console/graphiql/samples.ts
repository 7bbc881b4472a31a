import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

type Sample = { key: string; label: MessageDescriptor; query: string; variables: string };

/** What partners ask most. */
export const SAMPLES: Sample[] = [
  {
    key: "projects",
    label: msg`My projects`,
    query: `query MyProjects {
  organizations {
    id
    name
    projects(first: 10) {
      edges {
        node {
          id
          title
          state
          progress { items done inReview approved rejected }
        }
      }
    }
  }
}`,
    variables: "{}",
  },
  {
    key: "results",
    label: msg`Results`,
    query: `query Results($project: ID!, $after: String) {
  project(id: $project) {
    results(first: 20, after: $after) {
      edges {
        node {
          completedAt
          item { externalId }
          annotations {
            answers {
              key
              value {
                ... on ChoiceAnswer { choices }
                ... on RatingAnswer { rating }
                ... on TextAnswer { text }
                ... on BoxAnswer { boxes { label x y width height } }
                ... on PolygonAnswer { polygons { label points } }
              }
            }
          }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`,
    variables: `{
  "project": ""
}`,
  },
  {
    key: "import",
    label: msg`Import`,
    query: `mutation Import($project: ID!, $items: [ItemInput!]!) {
  importItems(projectId: $project, items: $items) {
    imported
    existing
    errors { code message path }
  }
}`,
    variables: `{
  "project": "",
  "items": [
    { "externalId": "a1", "content": [{ "text": { "text": "Green tea", "role": "result" } }] }
  ]
}`,
  },
  {
    key: "live",
    label: msg`Live progress`,
    query: `subscription Progress($project: ID!) {
  projectProgress(projectId: $project) {
    items
    done
    tasksOpen
    tasksLeased
    inReview
    approved
    rejected
    spent { amount currency }
  }
}`,
    variables: `{
  "project": ""
}`,
  },
];
