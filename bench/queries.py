"""Queries: what a list of 50 tasks with eight fields each costs the server that answers it, ours beside what others would take, in one run.

Every contender is one process, and its CPU is read from the kernel. Ours is the web process whole: it looks up the session, counts the
request in Redis, logs and measures; the others do none of it. All read the same rows by the same statement from the same PostgreSQL, or
have them ready in memory. "By hand" is the bottom: the session's statement, the list's, and JSON, in as little Python as there can be.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.fanout import NODE, PATIENCE_SECONDS, PEERS, child, cpu_seconds, install_peers
from bench.peers.tidemark_tasks import schema
from bench.stage import an_annotator, cookie_of, empty_stage
from models import User
from ops.database import sql
from ops.settings import ROOT, settings
from schema.context import Context, RequestMeta
from web.execution import Engine, Request

if TYPE_CHECKING:
    from bench.targets import Result

OURS = "Tidemark"
JIT = "Mercurius JIT"
CONTENDERS = {
    OURS: "bench.peers.tidemark_tasks",
    JIT: "mercurius_tasks.mjs",
    "graphql-yoga": "yoga_tasks.mjs",
    "Apollo Server": "apollo_tasks.mjs",
    "plain Strawberry": "bench.peers.strawberry_tasks",
    "by hand, no GraphQL": "bench.peers.by_hand",
    "a ready answer": "bench.peers.ready_answer",
}

ROUNDS = 3
TASKS = 50
WARM_UP, REQUESTS = 500, 400
CONNECTIONS = 4
EXECUTIONS = 100

FIELDS = "{ id title kind state reward overlap leaseSeconds createdAt }"
POSTGRES = f"{TASKS} tasks x 8 fields from PostgreSQL"
MEMORY = f"{TASKS} tasks x 8 fields from memory"
# What is left without data: the way to GraphQL and back.
NOTHING = "__typename"
QUERIES = {
    POSTGRES: f"query ($first: Int!) {{ tasks(first: $first) {FIELDS} }}",
    MEMORY: f"query ($first: Int!) {{ ready(first: $first) {FIELDS} }}",
    NOTHING: "query Nothing { __typename }",
}
LISTED = "SELECT id, title, kind, state, reward, overlap, lease_seconds, created_at FROM listed ORDER BY number LIMIT $1"
ROWS = """
CREATE TABLE listed AS
SELECT n AS number, 'Task_' || lpad(n::text, 13, '0') AS id, 'Cars at crossings, part ' || n AS title, 'DETECTION' AS kind, 'OPEN' AS state,
    '0.00' || (n % 9 + 1) AS reward, n % 5 + 1 AS overlap, 300 AS lease_seconds, now() - n * interval '1 minute' AS created_at
FROM generate_series(1, 1000) n
"""
INDEX = "CREATE UNIQUE INDEX ON listed (number)"


async def run(result: Result) -> None:
    install_peers()
    async with empty_stage():
        # For the peers, and for the engine in this process.
        os.environ["TASKS"] = LISTED
        await sql.run(ROWS)
        await sql.run(INDEX)
        await sql.run("ANALYZE listed")
        # Nobody may ask as often as all of this asks.
        cookies = [{what: await cookie_of(await an_annotator(f"{n}-{place}")) for place, what in enumerate(QUERIES)} for n in range(ROUNDS)]
        costs: dict[str, dict[str, list[float]]] = {what: defaultdict(list) for what in QUERIES}
        for cookie in cookies:
            # Each in turn, and all of them again: what else the machine does falls on everybody.
            for name in CONTENDERS:
                async with _contender(name) as (pid, port):
                    for what in QUERIES:
                        costs[what][name].append(await _cost(pid, port, cookie[what], what))
        executed = await _executed()
    for what, found in costs.items():
        for name in CONTENDERS:
            result.add(f"{what}: {name}", median(found[name]), "µs of CPU a request", runs=found[name])
    for how, runs in executed.items():
        result.add(f"execution alone, {MEMORY}: {how}", median(runs), "µs of CPU", runs=runs)
    both = costs[POSTGRES]
    result.hold("CPU per request, 50 x 8 fields: Mercurius JIT over ours", median(both[JIT]) / median(both[OURS]))


@asynccontextmanager
async def _contender(name: str) -> AsyncIterator[tuple[int, int]]:
    """Its process and port."""
    script = CONTENDERS[name]
    is_node = script.endswith(".mjs")
    command = [str(NODE), script] if is_node else [sys.executable, "-m", script]
    environment = os.environ | {"DATABASE_URL": settings().database_url, "REDIS_URL": settings().redis_url}
    with (settings().data_dir / f"{script}.log").open("wb") as log:
        async with child(*command, cwd=PEERS if is_node else ROOT, log=log, env=environment) as peer:
            assert peer.stdout
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not (line := await peer.stdout.readline()).startswith(b"port "):
                    assert line, f"{name} did not start: see {log.name}"
            yield peer.pid, int(line.split()[1])


async def _cost(pid: int, port: int, cookie: str, what: str) -> float:
    """CPU microseconds a request, on connections that are kept."""
    asked = request_of(cookie, what)
    await ask(port, asked, what, WARM_UP)
    before = cpu_seconds(pid)
    await ask(port, asked, what, REQUESTS)
    return (cpu_seconds(pid) - before) / REQUESTS * 1e6


async def _executed() -> dict[str, list[float]]:
    """Our own engine in this process, on a list in memory: by the compiled selection and by graphql-core."""
    meta = RequestMeta("127.0.0.1", "", "")
    # The list asks for nothing else of it.
    nothing: dict[str, Any] = dict.fromkeys(each.name for each in fields(Context))
    context = Context(**nothing | {"viewer": await User.first(), "request_meta": meta})
    engine = Engine(schema)
    request = Request(QUERIES[MEMORY], {"first": TASKS}, None)
    operation = engine.choose(request)
    runs: dict[str, list[float]] = {"compiled": [], "graphql-core": []}
    for _ in range(ROUNDS + 1):
        for how, taken in runs.items():
            began = time.process_time()
            for _ in range(EXECUTIONS):
                executor = engine.begin(operation, request.variables, context)
                if how != "compiled":
                    executor.compiled = None
                assert "errors" not in await engine.run(executor)
            taken.append((time.process_time() - began) / EXECUTIONS * 1e6)
    # The first round warmed up.
    return {how: taken[1:] for how, taken in runs.items()}


def request_of(cookie: str, what: str) -> bytes:
    body = json.dumps({"query": QUERIES[what], "variables": {} if what == NOTHING else {"first": TASKS}}).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\n"
        f"cookie: {cookie}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ask(port: int, asked: bytes, what: str, times: int) -> None:
    """So many requests over some connections, each again as soon as the last was answered."""

    async def one(count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            writer.write(asked)
            _check(await _body(reader), what)
        writer.close()
        await writer.wait_closed()

    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*(one(times // CONNECTIONS) for _ in range(CONNECTIONS)))


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert head.startswith(b"http/1.1 200"), head
    if b"content-length:" in head:
        return await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


def _check(body: bytes, what: str) -> None:
    [told] = json.loads(body)["data"].values()
    assert told == "Query" if what == NOTHING else (len(told) == TASKS and told[0]["state"] == "OPEN"), body[:200]
