import { describe, expect, it } from "vitest";
import { type Board, boardOf, claimed, decided, lengthened, objected, released, reviewCard, told } from "./board";
import type { BoardEvent, Objection, Present, Snapshot, Waiting, Work } from "./documents";
import { alike, type Intents, queue, shown, toJudge } from "./intents";

const ME = { id: "me", displayName: "Mara", since: "2026-01-01T00:00:00Z" } as Present;
const OTHER = { id: "other", displayName: "Otto", since: "2026-01-01T00:00:00Z" } as Present;
const COUNTS = { waiting: 0, claimed: 0, decidedToday: 0, appeals: 0 };
const PAGE = { endCursor: null, hasNextPage: false };

function work(id: string, state = "IN_REVIEW", project = "p1"): Work {
  const minute = String(Number(id.slice(1)) % 60).padStart(2, "0");
  return {
    id,
    state,
    submittedAt: `2026-01-01T00:${minute}:00Z`,
    annotator: null,
    project: { id: project, title: project, kind: "CUSTOM" },
    item: { id: `i-${id}`, externalId: id },
    verdict: null,
  } as unknown as Work;
}

function review(id: string, holder: Present | null = null, annotation = work(id)): Waiting {
  return { id: `r-${id}`, annotation, claimedBy: holder, claimExpiresAt: holder && "2026-01-01T01:00:00Z" } as unknown as Waiting;
}

function appeal(id: string, annotation: Work, state = "OPEN"): Objection {
  return { id, state, openedAt: "2026-01-01T00:00:00Z", dueAt: `2026-01-0${id.slice(1)}T00:00:00Z`, annotation } as unknown as Objection;
}

function page<Node>(nodes: Node[], hasNextPage = false) {
  return { edges: nodes.map((node) => ({ node })), pageInfo: { endCursor: null, hasNextPage } };
}

function board(given: { waiting?: Waiting[]; claimed?: Waiting[]; mine?: Waiting[]; hasMore?: boolean } = {}): Board {
  const { waiting = [], claimed = [], mine = [], hasMore = false } = given;
  return boardOf(
    {
      cursor: "c",
      counts: COUNTS,
      moderators: [],
      mine,
      waiting: page(waiting, hasMore),
      claimed: page(claimed),
      approved: page([]),
      rejected: page([]),
      appeals: page([]),
    } as unknown as Snapshot,
    {},
  );
}

function event(kind: string, more: Record<string, unknown>): BoardEvent {
  return { __typename: kind, cursor: "c", at: "", counts: COUNTS, ...more } as unknown as BoardEvent;
}

function keys(of: Board): Record<string, string[]> {
  const all = Object.entries(of.columns).map(([column, cards]) => [column, cards.map(({ key }) => key)] as const);
  return Object.fromEntries(all.filter(([, cards]) => cards.length > 0));
}

describe("the board", () => {
  it("takes a card from wherever it is to where the event says, and says where it is new", () => {
    const before = board({ waiting: [review("a1"), review("a2")] });

    const one = told(before, event("ReviewClaimed", { review: review("a1", OTHER) }), {});
    const two = told(one.board, event("ReviewDecided", { reviewId: "r-a1", verdict: { annotation: work("a1", "APPROVED") } }), {});

    expect([keys(one.board), one.arrived]).toEqual([{ waiting: ["a2"], claimed: ["a1"] }, ["claimed"]]);
    expect([keys(two.board), two.arrived]).toEqual([{ waiting: ["a2"], approved: ["a1"] }, ["approved"]]);
  });

  it("is not changed by an event that comes twice, and nothing is new then", () => {
    const queued = event("ReviewQueued", { review: review("a1") });
    const once = told(board(), queued, {});

    const twice = told(once.board, queued, {});

    expect(keys(twice.board)).toEqual({ waiting: ["a1"] });
    expect(twice.arrived).toEqual([]);
  });

  it("believes the state in a late event, not its name", () => {
    const late = told(board(), event("ReviewQueued", { review: review("a1", null, work("a1", "REJECTED")) }), {});

    expect(keys(late.board)).toEqual({ rejected: ["a1"] });
  });

  it("puts what waits in its order, and leaves to the next page what belongs there", () => {
    const some = board({ waiting: [review("a1"), review("a3")], hasMore: true });

    const within = told(some, event("ReviewQueued", { review: review("a2") }), {}).board;
    const beyond = told(within, event("ReviewQueued", { review: review("a9") }), {}).board;

    expect(keys(beyond)).toEqual({ waiting: ["a1", "a2", "a3"] });
  });

  it("shows one's own among those held once, though both lists name it", () => {
    const held = review("a1", ME);

    expect(keys(board({ mine: [held], claimed: [held, review("a2", OTHER)] }))).toEqual({ claimed: ["a1", "a2"] });
  });

  it("keeps out what its filter does not let through, also what it let through before", () => {
    const filter = { projectId: "p1" };
    const stranger = told(board(), event("ReviewClaimed", { review: review("a1", OTHER, work("a1", "IN_REVIEW", "p2")) }), filter);

    expect(keys(stranger.board)).toEqual({});
    expect(stranger.arrived).toEqual([]);
  });

  it("goes through claim, release and decision as the viewer does them", () => {
    const begun = claimed(board({ waiting: [review("a1"), review("a2")] }), [review("a1", ME)], {});
    expect([keys(begun), begun.me]).toEqual([{ waiting: ["a2"], claimed: ["a1"] }, "me"]);
    expect(keys(released(begun, "a1", {}))).toEqual({ waiting: ["a1", "a2"] });
    expect(keys(decided(begun, work("a1", "REJECTED"), "r-a1", {}).board)).toEqual({ waiting: ["a2"], rejected: ["a1"] });
  });

  it("has appeals by what is due first, and moves the work when one is decided", () => {
    const one = objected(board(), appeal("o3", work("a1", "REJECTED")), {}).board;
    const two = objected(one, appeal("o2", work("a2", "REJECTED")), {}).board;

    const closed = objected(two, appeal("o3", work("a1", "APPROVED"), "OVERTURNED"), {}).board;

    expect(keys(two)).toEqual({ appeals: ["o2", "o3"] });
    expect(keys(closed)).toEqual({ appeals: ["o2"], approved: ["a1"] });
  });

  it("grows by pages without doubles", () => {
    const some = board({ waiting: [review("a1"), review("a2")], hasMore: true });

    const longer = lengthened(some, "waiting", [reviewCard(review("a2")), reviewCard(review("a3"))], PAGE, {});

    expect(keys(longer)).toEqual({ waiting: ["a1", "a2", "a3"] });
    expect(longer.pages.waiting.hasNextPage).toBe(false);
  });
});

describe("what is meant", () => {
  const ruling = { decision: "APPROVED", reasons: [], comment: "" } as const;
  const shownKeys = (of: Board, intents: Intents) =>
    Object.fromEntries(Object.entries(shown(of, intents)).map(([column, cards]) => [column, cards.map(({ key }) => key)]));

  it("is drawn over the board and gone without a trace when it is taken back", () => {
    const before = board({ waiting: [review("a1"), review("a2")] });
    const meant: Intents = new Map([
      ["a1", { kind: "decide", ruling, isSent: false }],
      ["a2", { kind: "claim" }],
    ]);

    expect(shownKeys(before, meant)).toMatchObject({ waiting: [], claimed: ["a2"], approved: ["a1"] });
    expect(shownKeys(before, new Map())).toMatchObject({ waiting: ["a1", "a2"], claimed: [], approved: [] });
  });

  it("of a card that the server has moved meanwhile shows it once, and of one that is gone not at all", () => {
    const before = board({ claimed: [review("a1", OTHER)] });
    const meant: Intents = new Map([
      ["a1", { kind: "claim" }],
      ["a7", { kind: "claim" }],
    ]);

    expect(shownKeys(before, meant)).toMatchObject({ waiting: [], claimed: ["a1"] });
  });

  it("orders what is to judge: one's own first, never another's", () => {
    const before = { ...board({ waiting: [review("a3")], claimed: [review("a1", OTHER), review("a2", ME)] }), me: "me" };

    const columns = shown(before, new Map());

    expect(queue(columns, "waiting").map(({ key }) => key)).toEqual(["a2", "a1", "a3"]);
    expect(toJudge(columns).map(({ key }) => key)).toEqual(["a2", "a3"]);
  });
});

describe("what is decided together", () => {
  const by = (id: string, person: string, reason = "DISAGREEMENT", holder: Present | null = null): Waiting => {
    const annotation = { ...work(id), annotator: { id: person, displayName: person } } as unknown as Work;
    return { ...review(id, holder, annotation), reason, risk: 0.5, suggestion: null, judgeAt: null } as unknown as Waiting;
  };
  const found = (of: Board, key: string, most = 20) => {
    const columns = shown({ ...of, me: "me" }, new Map());
    const card = toJudge(columns).find((each) => each.key === key)!;
    return alike(columns, card, most).map((each) => each.key);
  };

  it("is of one annotator, for one reason, and waits or is one's own", () => {
    const before = board({
      waiting: [by("a1", "ana"), by("a2", "bo"), by("a3", "ana", "COPY"), by("a4", "ana")],
      claimed: [by("a5", "ana", "DISAGREEMENT", OTHER), by("a6", "ana", "DISAGREEMENT", ME)],
    });

    expect(found(before, "a1")).toEqual(["a1", "a6", "a4"]);
    expect(found(before, "a2")).toEqual(["a2"]);
  });

  it("is no more than one may hold with what one holds already", () => {
    const before = board({ waiting: [by("a1", "ana"), by("a2", "ana"), by("a3", "ana")], mine: [by("a4", "bo", "COPY", ME)] });

    expect(found(before, "a1", 3)).toEqual(["a1", "a2"]);
  });
});

describe("by risk", () => {
  const doubted = (id: string, risk: number, judgeAt: string | null = null): Waiting =>
    ({ ...review(id), reason: "DISAGREEMENT", risk, suggestion: "REJECTED", judgeAt }) as unknown as Waiting;
  const queued = (of: Board, each: Waiting, filter = {}) => told(of, event("ReviewQueued", { review: each }), filter).board;

  it("puts what is riskier before what waits for longer, and after it where the oldest come first", () => {
    const before = board({ waiting: [review("a1"), review("a2")] });

    expect(keys(queued(before, doubted("a9", 0.9))).waiting).toEqual(["a9", "a1", "a2"]);
    expect(keys(queued(before, doubted("a9", 0.9), { order: "OLDEST" })).waiting).toEqual(["a1", "a2", "a9"]);
  });

  it("shows what the judge has still to look at only where the oldest come first", () => {
    const forJudge = doubted("a9", 0, "2026-01-02T00:00:00Z");

    expect(keys(queued(board(), forJudge)).waiting).toBeUndefined();
    expect(keys(queued(board(), forJudge, { order: "OLDEST" })).waiting).toEqual(["a9"]);
  });
});
