// Mercurius on Fastify, with its own pubsub in this process.
import Fastify from "fastify";
import mercurius from "mercurius";
import { publishing, typeDefs } from "./events.mjs";

const app = Fastify();
const resolvers = {
  Query: { hello: () => "world" },
  Subscription: {
    board: { subscribe: (_, __, { pubsub }) => pubsub.subscribe("board") },
    mine: { subscribe: (_, { user }, { pubsub }) => pubsub.subscribe(`user:${user}`) },
  },
};
app.register(mercurius, { schema: typeDefs, resolvers, jit: 1, subscription: { fullWsTransport: true } });
await app.ready();
await app.listen({ port: 0, host: "127.0.0.1", backlog: 4096 });
const field = (topic) => (topic === "board" ? "board" : "mine");
publishing(app.server.address().port, (topic, event) => app.graphql.pubsub.publish({ topic, payload: { [field(topic)]: event } }));
