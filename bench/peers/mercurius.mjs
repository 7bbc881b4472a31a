// Mercurius on Fastify, with its own pubsub in this process, or mqemitter-redis where a socket's path is given.
import Fastify from "fastify";
import mercurius from "mercurius";
import mqemitter from "mqemitter-redis";
import { publishing, typeDefs } from "./events.mjs";

const [redis] = process.argv.slice(2);
const app = Fastify();
const emitter = redis && mqemitter({ connectionString: redis });
const resolvers = {
  Query: { hello: () => "world" },
  Subscription: {
    board: { subscribe: (_, __, { pubsub }) => pubsub.subscribe("board") },
    mine: { subscribe: (_, { user }, { pubsub }) => pubsub.subscribe(`user:${user}`) },
  },
};
app.register(mercurius, { schema: typeDefs, resolvers, jit: 1, subscription: { emitter, fullWsTransport: true } });
await app.ready();
await app.listen({ port: 0, host: "127.0.0.1", backlog: 4096 });
const field = (topic) => (topic === "board" ? "board" : "mine");
publishing(app.server.address().port, (topic, event) => app.graphql.pubsub.publish({ topic, payload: { [field(topic)]: event } }));
