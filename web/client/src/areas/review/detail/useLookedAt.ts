import type { Client } from "@urql/core";
import { useQuery } from "urql";
import type { ResultOf } from "@/api/graphql";
import { type Problem, problemOf } from "@/api/problem";
import { imageOf } from "@/editor/answers";
import type { Conflict } from "@/editor/documents";
import type { ShownCard } from "../board/intents";
import { ANNOTATION, type Answered, APPEAL, type AppealSides, type LookedAt, REVIEW, type Seen } from "./documents";
import { pictureOf } from "./pictures";

/** `conflicts` are those that the verdict rests on; before there is one, what the judge saw. */
export type Detail = {
  annotation: LookedAt;
  others: readonly Answered[];
  appeal: AppealSides | null;
  seen: Seen | null;
  conflicts: readonly Conflict[];
};

/** All of a card, at once where it was fetched ahead. */
export function useLookedAt(card: ShownCard): { detail: Detail | null; problem: Problem | null; retry: () => void } {
  const review = useQuery({ query: REVIEW, variables: { id: card.reviewId ?? "" }, pause: !isReview(card), requestPolicy: "cache-first" });
  const work = useQuery({ query: ANNOTATION, variables: { id: card.work.id }, pause: !isWork(card), requestPolicy: "cache-and-network" });
  const appeal = useQuery({
    query: APPEAL,
    variables: { id: card.appeal?.id ?? "" },
    pause: !card.appeal,
    requestPolicy: "cache-and-network",
  });
  const [{ error }, again] = card.appeal ? appeal : card.reviewId ? review : work;
  const detail = reviewed(card, review[0].data) ?? worked(card, work[0].data) ?? appealed(card, appeal[0].data);
  return { detail, problem: error && !detail ? problemOf(error) : null, retry: () => again({ requestPolicy: "network-only" }) };
}

/** Fetches a card and decodes its picture ahead. */
export async function fetchAhead(client: Client, card: ShownCard): Promise<void> {
  if (!card.reviewId) return;
  const { data } = await client.query(REVIEW, { id: card.reviewId }, { requestPolicy: "cache-first" }).toPromise();
  const node = data?.node;
  const image = node?.__typename === "Review" ? imageOf(node.annotation.item.content) : undefined;
  if (image) await pictureOf(image.url).catch(() => {});
}

function isReview(card: ShownCard): boolean {
  return Boolean(card.reviewId) && !card.appeal;
}

function isWork(card: ShownCard): boolean {
  return !card.reviewId && !card.appeal;
}

// While the next one is on its way, what is there is still the one before.

function reviewed({ work }: ShownCard, data: ResultOf<typeof REVIEW> | undefined): Detail | null {
  const node = data?.node;
  return node?.__typename === "Review" && node.annotation.id === work.id
    ? { ...judged(node.annotation, node.conflicts), others: node.others, seen: node }
    : null;
}

function worked({ work }: ShownCard, data: ResultOf<typeof ANNOTATION> | undefined): Detail | null {
  const node = data?.node;
  return node?.__typename === "Annotation" && node.id === work.id ? { ...judged(node), appeal: node.appeal } : null;
}

function appealed({ appeal }: ShownCard, data: ResultOf<typeof APPEAL> | undefined): Detail | null {
  const node = data?.node;
  if (node?.__typename !== "Appeal" || node.id !== appeal?.id || !node.annotation) return null;
  return { ...judged(node.annotation), appeal: node };
}

function judged(annotation: LookedAt, conflicts: readonly Conflict[] = []): Detail {
  return { annotation, others: [], appeal: null, seen: null, conflicts: annotation.verdict?.conflicts ?? conflicts };
}
