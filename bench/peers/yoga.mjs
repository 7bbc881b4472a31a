// graphql-yoga's executor behind graphql-ws, as Yoga's documentation has it.
import { createServer } from "node:http";
import { useServer } from "graphql-ws/use/ws";
import { createSchema, createYoga } from "graphql-yoga";
import { WebSocketServer } from "ws";
import { publishing, Topics, typeDefs } from "./events.mjs";

const topics = new Topics();
const itself = (value) => value;
const schema = createSchema({
  typeDefs,
  resolvers: {
    Subscription: {
      board: { subscribe: () => topics.subscribe("board"), resolve: itself },
      mine: { subscribe: (_, { user }) => topics.subscribe(`user:${user}`), resolve: itself },
    },
  },
});
const yoga = createYoga({ schema, logging: false, maskedErrors: true });
const server = createServer(yoga);
const execution = {
  execute: (args) => args.rootValue.execute(args),
  subscribe: (args) => args.rootValue.subscribe(args),
  onSubscribe: async (ctx, _id, params) => {
    const enveloped = yoga.getEnveloped({ ...ctx, req: ctx.extra.request, socket: ctx.extra.socket, params });
    const args = {
      schema: enveloped.schema,
      operationName: params.operationName,
      document: enveloped.parse(params.query),
      variableValues: params.variables,
      contextValue: await enveloped.contextFactory(),
      rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
    };
    const errors = enveloped.validate(args.schema, args.document);
    return errors.length ? errors : args;
  },
};
useServer(execution, new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false }));
server.listen(0, "127.0.0.1", 4096, () => publishing(server.address().port, (topic, event) => topics.publish(topic, event)));
