// Publishes on Redis, from a process of its own and by a library's own hand, what the peers that use that library serve.
//
// `node publisher.mjs LIBRARY SOCKET`. Reads the lines of events.mjs and answers each with `published NS`, the nanoseconds of the
// system's monotonic clock before it was handed to the library.

import { createInterface } from "node:readline";
import { RedisPubSub } from "graphql-redis-subscriptions";
import mqemitter from "mqemitter-redis";
import { named } from "./events.mjs";

const publishers = {
  "mqemitter-redis": (connectionString) => {
    const emitter = mqemitter({ connectionString });
    return ([topic, event]) => emitter.emit({ topic, payload: { [topic === "board" ? "board" : "mine"]: event } });
  },
  "graphql-redis-subscriptions": (connection) => {
    const pubsub = new RedisPubSub({ connection });
    return ([topic, event]) => pubsub.publish(topic, event);
  },
};

const [library, socket] = process.argv.slice(2);
const publish = publishers[library](socket);
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const events = named(line);
    console.log(`published ${process.hrtime.bigint()}`);
    for (const each of events) publish(each);
  })
  .on("close", () => process.exit(0));
