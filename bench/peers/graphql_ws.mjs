// graphql-ws over ws, with graphql-js; with graphql-redis-subscriptions where a socket's path is given.
import { createServer } from "node:http";
import { buildSchema } from "graphql";
import { RedisPubSub } from "graphql-redis-subscriptions";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { publishing, Topics, typeDefs } from "./events.mjs";

const [redis] = process.argv.slice(2);
const topics = new Topics();
const pubsub = redis && new RedisPubSub({ connection: redis });
const of = (topic) => (redis ? pubsub.asyncIterableIterator(topic) : topics.subscribe(topic));
const schema = buildSchema(typeDefs);
const fields = schema.getSubscriptionType().getFields();
const itself = (value) => value;
fields.board.subscribe = () => of("board");
fields.board.resolve = itself;
fields.mine.subscribe = (_, { user }) => of(`user:${user}`);
fields.mine.resolve = itself;

const server = createServer();
useServer({ schema }, new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false }));
server.listen(0, "127.0.0.1", 4096, () => publishing(server.address().port, (topic, event) => topics.publish(topic, event)));
