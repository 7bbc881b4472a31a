// What the client `graphql-sse` makes of the server: node sse.mjs URL COOKIE
import { createClient } from "graphql-sse";

const [url, cookie] = process.argv.slice(2);
const client = createClient({ url, headers: cookie ? { cookie } : {}, retryAttempts: 0 });

async function all(request, most = Number.POSITIVE_INFINITY) {
  const results = [];
  for await (const result of client.iterate(request)) {
    results.push(result);
    if (results.length >= most) break;
  }
  return results;
}

const query = await all({ query: "{ hello me }" });
const mutation = await all({ query: 'mutation { note(text: "by graphql-sse") }' });
const [subscription, beside] = await Promise.all([
  all({ query: "subscription ($n: Int!) { count(to: $n) }", variables: { n: 3 } }),
  all({ query: "subscription { things { name } }" }),
]);
const left = await all({ query: "subscription { forever }" }, 1);
const refusals = {};
for (const [name, text] of Object.entries({ syntax: "{", unknown: "{ nothing }", hidden: "subscription { hidden }", expired: "subscription { expired }" })) {
  const results = await all({ query: text });
  refusals[name] = results.at(-1).errors[0].extensions.code;
}
const bad = createClient({ url, headers: { authorization: "Bearer nonsense" }, retryAttempts: 0 });
const refusedStatus = await new Promise((resolve) =>
  bad.subscribe({ query: "{ hello }" }, { next: () => {}, complete: () => resolve(null), error: (error) => resolve(error.response?.status) }),
);

client.dispose();
process.stdout.write(JSON.stringify({ query, mutation, subscription, beside, left, refusals, refusedStatus }), () => process.exit(0));
