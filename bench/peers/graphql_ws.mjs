// graphql-ws over ws, with graphql-js.
import { createServer } from "node:http";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { publishing, Topics, typeDefs } from "./events.mjs";

const topics = new Topics();
const schema = buildSchema(typeDefs);
const fields = schema.getSubscriptionType().getFields();
const itself = (value) => value;
fields.board.subscribe = () => topics.subscribe("board");
fields.board.resolve = itself;
fields.mine.subscribe = (_, { user }) => topics.subscribe(`user:${user}`);
fields.mine.resolve = itself;

const server = createServer();
useServer({ schema }, new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false }));
server.listen(0, "127.0.0.1", 4096, () => publishing(server.address().port, (topic, event) => topics.publish(topic, event)));
