// What every peer serves: the same schema, the same events, published by a line on standard input, or by Redis (publisher.mjs) where the
// peer is started with a socket's path.
//
// `port 4001` is printed once it listens. Lines: `board N` publishes N events at once on the board; `each FROM TO` one event to each of
// the users FROM..TO-1, on topics of their own.

import { createInterface } from "node:readline";

export const typeDefs = `
  type Query { hello: String }
  type Subscription { board(after: String): BoardEvent!, mine(user: Int!): BoardEvent! }
  type BoardEvent { cursor: String!, at: String!, review: Review!, counts: Counts! }
  type Review { id: ID!, state: String!, kind: String!, submittedAt: String!, project: Project! }
  type Project { id: ID!, title: String! }
  type Counts { waiting: Int!, claimed: Int!, decidedToday: Int!, appeals: Int! }
`;

let count = 0;

export function event() {
  count += 1;
  const at = new Date().toISOString();
  return {
    cursor: Buffer.from(`benchmark:${count}`).toString("base64url"),
    at,
    review: {
      id: `Review_${String(count).padStart(13, "0")}`,
      state: "WAITING",
      kind: "DETECTION",
      submittedAt: at,
      project: { id: "Project_0000000000001", title: "Cars at crossings" },
    },
    counts: { waiting: count % 100, claimed: count % 7, decidedToday: count % 1000, appeals: 3 },
  };
}

/** Topics in this process, without anything that Redis would cost. */
export class Topics {
  #listeners = new Map();

  publish(topic, value) {
    for (const listener of this.#listeners.get(topic) ?? []) listener(value);
  }

  /** An async iterator that remembers what was not yet taken. */
  subscribe(topic) {
    const waiting = [];
    let taker = null;
    const listener = (value) => {
      if (taker) {
        const give = taker;
        taker = null;
        give({ value, done: false });
      } else waiting.push(value);
    };
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return {
      next: () =>
        waiting.length
          ? Promise.resolve({ value: waiting.shift(), done: false })
          : new Promise((resolve) => {
              taker = resolve;
            }),
      return: () => {
        listeners.delete(listener);
        taker?.({ value: undefined, done: true });
        return Promise.resolve({ value: undefined, done: true });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

/** The events that a line asks for, each with its topic. */
export function named(line) {
  const [what, first, second] = line.split(" ");
  const topics = [];
  if (what === "board") for (let n = 0; n < Number(first); n += 1) topics.push("board");
  else for (let user = Number(first); user < Number(second); user += 1) topics.push(`user:${user}`);
  return topics.map((topic) => [topic, event()]);
}

/** Reads what to publish until the input ends; `publish(topic, event)` is the peer's. */
export function publishing(port, publish) {
  console.log(`port ${port}`);
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      for (const each of named(line)) publish(...each);
    })
    .on("close", () => process.exit(0));
}
