// graphql-http's audits of a server: node audit.mjs URL
import { serverAudits } from "graphql-http";

const results = [];
for (const audit of serverAudits({ url: process.argv[2] })) {
  const { name, status, reason } = await audit.fn();
  results.push({ name, status, reason });
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));
