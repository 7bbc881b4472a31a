// A limit, no peer: ws sending ready bytes to everybody, without any GraphQL.
import { WebSocketServer } from "ws";
import { event, publishing } from "./events.mjs";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false, backlog: 4096 });
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    if (JSON.parse(data).type === "connection_init") socket.send('{"type":"connection_ack"}');
  });
});
server.on("listening", () =>
  publishing(server.address().port, () => {
    const ready = Buffer.from(JSON.stringify({ id: "5f0c6c52-0d6e-4b8e-9a57-2f6f1c1a7d10", type: "next", payload: { data: { board: event() } } }));
    for (const client of server.clients) client.send(ready, { binary: false });
  }),
);
