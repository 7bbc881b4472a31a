import { type Cache, cacheExchange, type KeyingConfig } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { type FragmentOf, graphql } from "./graphql";

/** What is part of something else and has no id of its own. */
const PARTS = [
  ...["Profile", "Standing", "TutorialProgress", "Wallet", "Money", "DailyEarnings", "Requirements", "Example", "Problem", "LabelClass"],
  ...["BoxField", "ChoiceField", "MaskField", "MediaField", "PolygonField", "RatingField", "SpanField", "TextField"],
  ...["BoxAnswer", "ChoiceAnswer", "MaskAnswer", "MediaAnswer", "PolygonAnswer", "RatingAnswer", "SpanAnswer", "TextAnswer"],
  ...["Answer", "Box", "Mask", "Polygon", "Span", "ImageContent", "TextContent", "AudioContent"],
  ...[
    "Tutorial",
    "StepRemark",
    "QualificationStatus",
    "QualificationFigures",
    "ProjectProgress",
    "ReviewBoard",
    "ReviewCounts",
    "Result",
    "Judging",
    "Thresholds",
    "Gold",
    "FieldFigures",
    "FieldClass",
    "Confusion",
    "JudgedDay",
    "StandingStep",
    "NearingRule",
    "Figures",
    "KindFigures",
    "OverturnFigures",
    "Conflict",
    "TaskAvailability",
  ],
  ...[
    "VerdictIssued",
    "AppealDecided",
    "WithdrawalChanged",
    "StandingChanged",
    "AssignmentEnded",
    "QualificationOffered",
    "OrganizationCredited",
    "TicketAnswered",
    "TicketClosed",
  ],
  ...["PayoutMethod", "AddressCheck", "WithdrawalStep", "HotWallet"],
  ...["ReviewQueued", "ReviewClaimed", "ReviewReleased", "ReviewDecided", "AppealOpened", "AppealClosed", "PresenceChanged"],
  ...["Member", "ModeratorPresence", "TicketMessage", "FaqTopic", "FaqEntry"],
  ...["PageInfo", "UserError"],
];

/** What a union or an interface can be, so that fragments on them match what they say. */
const KINDS_OF: Record<string, string[]> = {
  Content: ["ImageContent", "TextContent", "AudioContent"],
  FormField: ["BoxField", "ChoiceField", "MaskField", "MediaField", "PolygonField", "RatingField", "SpanField", "TextField"],
  AnswerValue: ["BoxAnswer", "ChoiceAnswer", "MaskAnswer", "MediaAnswer", "PolygonAnswer", "RatingAnswer", "SpanAnswer", "TextAnswer"],
  ActivityEvent: [
    "VerdictIssued",
    "AppealDecided",
    "WithdrawalChanged",
    "StandingChanged",
    "AssignmentEnded",
    "QualificationOffered",
    "OrganizationCredited",
    "TicketAnswered",
    "TicketClosed",
  ],
  ReviewBoardEvent: ["ReviewQueued", "ReviewClaimed", "ReviewReleased", "ReviewDecided", "AppealOpened", "AppealClosed", "PresenceChanged"],
};

const WALLET = graphql(`
  fragment WalletInCache on User {
    id
    wallet {
      pending { amount currency }
      available { amount currency }
      withdrawing { amount currency }
      withdrawn { amount currency }
    }
  }
`);
const STANDING = graphql(`
  fragment StandingInCache on User {
    id
    standing { status accuracy decided approved rejected skipRate until reason }
  }
`);
const TUTORIAL = graphql(`
  fragment TutorialInCache on User {
    id
    tutorialProgress { passedSteps totalSteps completedAt }
  }
`);
const PASSED = graphql(`
  fragment PassedInCache on LessonStep {
    id
    passed
  }
`);
const VERDICT = graphql(`
  fragment VerdictInCache on Annotation {
    id
    state
    verdict { id }
  }
`);

/** One normalised cache: what an event says of an annotation, a wallet or a standing, every page shows at once. */
export function cache() {
  return cacheExchange({
    keys: Object.fromEntries(PARTS.map((name) => [name, () => null])) as KeyingConfig,
    possibleTypes: KINDS_OF,
    resolvers: {
      User: { annotations: relayPagination(), appeals: relayPagination(), tickets: relayPagination(), withdrawals: relayPagination() },
      Wallet: { transactions: relayPagination() },
      Query: { projects: relayPagination() },
    },
    updates: {
      Mutation: {
        submitAnnotation: (_result, _args, store) => {
          staleWork(store);
          stalePending(store);
        },
        openAppeal: (_result, _args, store) => stale(store, "appeals"),
        requestWithdrawal: (_result, _args, store) => staleMoney(store),
        cancelWithdrawal: (_result, _args, store) => staleMoney(store),
        openTicket: (_result, _args, store) => stale(store, "tickets"),
        updateProfile: (_result, _args, store) => store.invalidate("Query", "projects"),
        answerQualification: (_result, _args, store) => {
          stale(store, "qualifications");
          store.invalidate("Query", "projects");
        },
        answerTutorialStep: (result, { stepId }, store) => {
          const { progress, correct } = result.answerTutorialStep as { progress?: Part; correct?: boolean };
          if (correct) notePassed(store, stepId);
          if (progress) writeOnViewer(store, TUTORIAL, { tutorialProgress: progress });
          if (progress?.completedAt) store.invalidate("Query", "projects");
        },
      },
      Subscription: {
        activity: (result, _args, store) => {
          const event = result.activity as Part & { wallet?: Part; standing?: Part; verdict?: Part };
          if (event.wallet) writeOnViewer(store, WALLET, { wallet: event.wallet });
          if (event.standing) writeOnViewer(store, STANDING, { standing: event.standing });
          if (event.verdict) noteVerdict(store, event.verdict);
          staleWork(store);
          if (event.__typename === "WithdrawalChanged") stale(store, "withdrawals");
          if (event.__typename === "AppealDecided") stale(store, "appeals");
          if (event.__typename === "QualificationOffered") stale(store, "qualifications");
          if (event.__typename === "StandingChanged" || event.__typename === "QualificationOffered") store.invalidate("Query", "projects");
        },
      },
    },
  });
}

type Part = { __typename?: string; [field: string]: unknown };

function viewerOf(store: Cache): string | null {
  return store.resolve("Query", "viewer") as string | null;
}

function writeOnViewer(store: Cache, fragment: Parameters<Cache["writeFragment"]>[0], data: Part): void {
  const viewer = viewerOf(store);
  const id = viewer && store.resolve(viewer, "id");
  if (id) store.writeFragment(fragment, { __typename: "User", id, ...data });
}

function noteVerdict(store: Cache, verdict: Part): void {
  const { id } = (verdict.annotation ?? {}) as { id?: string };
  if (!id) return;
  const data = { __typename: "Annotation", id, state: verdict.decision, verdict: { __typename: "Verdict", id: verdict.id } };
  store.writeFragment(VERDICT, data as unknown as FragmentOf<typeof VERDICT>);
}

function notePassed(store: Cache, id: unknown): void {
  store.writeFragment(PASSED, { __typename: "LessonStep", id, passed: true } as unknown as FragmentOf<typeof PASSED>);
}

/** Lists that have grown are read anew by the pages that show them. */
function staleWork(store: Cache): void {
  stale(store, "annotations");
  const viewer = viewerOf(store);
  const wallet = viewer && (store.resolve(viewer, "wallet") as string | null);
  if (!wallet) return;
  for (const { fieldName, arguments: args } of store.inspectFields(wallet)) {
    if (fieldName === "transactions" || fieldName === "earnings") store.invalidate(wallet, fieldName, args);
  }
}

/** The balances come with the event that follows. */
function staleMoney(store: Cache): void {
  stale(store, "withdrawals");
  staleWork(store);
}

/** What a submission earned is pending at once; the answer to it does not tell the balance. */
function stalePending(store: Cache): void {
  const viewer = viewerOf(store);
  const wallet = viewer && (store.resolve(viewer, "wallet") as string | null);
  if (wallet) store.invalidate(wallet, "pending");
}

function stale(store: Cache, field: string): void {
  const viewer = viewerOf(store);
  if (!viewer) return;
  for (const { fieldName, arguments: args } of store.inspectFields(viewer)) {
    if (fieldName === field) store.invalidate(viewer, fieldName, args);
  }
}
