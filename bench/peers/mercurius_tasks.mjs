// Mercurius on Fastify; the JIT compiles a document at its first repetition.
import Fastify from "fastify";
import mercurius from "mercurius";
import { listening, resolvers, typeDefs } from "./tasks.mjs";

const app = Fastify();
app.register(mercurius, { schema: typeDefs, resolvers, jit: 1 });
await app.listen({ port: 0, host: "127.0.0.1" });
listening(app.server.address().port);
