// What the client `graphql-ws` makes of the server: node ws.mjs URL COOKIE
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, cookie] = process.argv.slice(2);
const closed = [];

class WithCookie extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers: cookie ? { cookie } : {} });
  }
}

const client = createClient({ url, webSocketImpl: WithCookie, on: { closed: (event) => closed.push(event.code) }, retryAttempts: 3, retryWait: async () => {} });

async function all(payload, most = Number.POSITIVE_INFINITY) {
  const results = [];
  for await (const result of client.iterate(payload)) {
    results.push(result);
    if (results.length >= most) break;
  }
  return results;
}

async function refusal(payload) {
  try {
    await all(payload);
  } catch (errors) {
    return errors[0].extensions.code;
  }
}

const query = await all({ query: "{ hello me }" });
const mutation = await all({ query: 'mutation { note(text: "by graphql-ws") }' });
const [subscription, beside] = await Promise.all([
  all({ query: "subscription ($n: Int!) { count(to: $n) }", variables: { n: 3 } }),
  all({ query: "subscription { things { name } }" }),
]);
const left = await all({ query: "subscription { forever }" }, 1);
const refusals = {
  syntax: await refusal({ query: "{" }),
  unknown: await refusal({ query: "{ nothing }" }),
  hidden: await refusal({ query: "subscription { hidden }" }),
  expired: await refusal({ query: "subscription { expired }" }),
};

// A connection that breaks is made anew, and what was followed is asked for again.
const again = [];
const followed = client.iterate({ query: "subscription { forever }" });
again.push((await followed.next()).value);
client.terminate();
again.push((await followed.next()).value);
await followed.return();

const bad = createClient({ url, webSocketImpl: WebSocket, lazy: false, retryAttempts: 0, connectionParams: { authorization: "Bearer nonsense" }, onNonLazyError: () => {} });
const refusedCode = await new Promise((resolve) => bad.on("closed", (event) => resolve(event.code)));

await client.dispose();
process.stdout.write(JSON.stringify({ query, mutation, subscription, beside, left, refusals, again, refusedCode }), () => process.exit(0));
