// A plain console for the API: queries and mutations by POST, subscriptions by graphql-transport-ws.
const [query, variables, result, run, stop, state] = ["query", "variables", "result", "run", "stop", "state"].map((id) => document.getElementById(id));
let socket = null;

const show = (value) => {
  result.value = JSON.stringify(value, null, 2);
};

async function post(body) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json" },
    body: JSON.stringify(body),
  });
  show(await response.json());
  state.value = `${response.status}`;
}

function subscribe(body) {
  const address = new URL("/graphql", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(address, "graphql-transport-ws");
  const opened = socket;
  const send = (message) => opened.send(JSON.stringify(message));
  let events = 0;
  result.value = "";
  stop.disabled = false;
  state.value = "Connecting";
  opened.onopen = () => send({ type: "connection_init" });
  opened.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "connection_ack") send({ id: "1", type: "subscribe", payload: body });
    if (message.type === "ping") send({ type: "pong" });
    if (message.type === "next") {
      events += 1;
      result.value = `${JSON.stringify(message.payload, null, 2)}\n\n${result.value}`.slice(0, 200_000);
    }
    if (message.type === "error") show({ errors: message.payload });
    if (message.type === "error" || message.type === "complete") opened.close(1000);
    state.value = `Live, ${events} events`;
  };
  opened.onclose = ({ code, reason }) => {
    state.value = `Closed, ${code} ${reason}`;
    stop.disabled = true;
  };
}

function start() {
  socket?.close(1000);
  const body = { query: query.value };
  try {
    body.variables = JSON.parse(variables.value || "{}");
  } catch (error) {
    state.value = `The variables are not JSON: ${error.message}`;
    return;
  }
  if (/^\s*subscription\b/m.test(body.query)) subscribe(body);
  else post(body).catch((error) => { state.value = error.message; });
}

run.addEventListener("click", start);
stop.addEventListener("click", () => socket?.close(1000));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) start();
});
