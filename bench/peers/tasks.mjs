// What every peer of `make bench ONLY=queries` serves: a list of tasks, read from PostgreSQL (`tasks`) or ready in memory (`ready`).
//
// The address of the database comes in DATABASE_URL, the statement in TASKS. `port 4001` is printed once the peer listens; the end of
// standard input ends it.

import pg from "pg";

export const typeDefs = `
  type Query { tasks(first: Int!): [Task!]!, ready(first: Int!): [Task!]! }
  type Task {
    id: ID!, title: String!, kind: String!, state: String!, reward: String!, overlap: Int!, leaseSeconds: Int!, createdAt: String!
  }
`;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const statement = { name: "tasks", text: process.env.TASKS };

async function read(first) {
  const { rows } = await pool.query({ ...statement, values: [first] });
  return rows;
}

// As a Node program would have them: the driver's rows are the sources, and what is not a plain column has a resolver.
const fromMemory = await read(100);
export const resolvers = {
  Query: { tasks: (_, { first }) => read(first), ready: (_, { first }) => fromMemory.slice(0, first) },
  Task: { leaseSeconds: (row) => row.lease_seconds, createdAt: (row) => row.created_at.toISOString() },
};

export function listening(port) {
  console.log(`port ${port}`);
  process.stdin.on("end", () => process.exit(0)).resume();
}
