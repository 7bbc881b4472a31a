"""So many sockets on one web process, each with a subscription of its own person, told of what happens; and then all of them cut at once.

The process is as an operator starts it. Half of the sockets follow the board, which is executed once for all, half their own activity.
"""

from __future__ import annotations

import asyncio
import re
import resource
import socket
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import orjson

from bench.fanout import KB, USERS, private_bytes
from bench.faults_load import FOLLOW_ACTIVITY
from bench.fuzz import HANDSHAKE, HEAD_END, held
from bench.malformed import frame
from bench.proofs import Broken
from bench.stage import empty_stage, web_alone
from models.event import BOARD, user_topic
from models.secret import fingerprint
from ops.database import sql
from ops.redis import redis_client
from ops.settings import settings
from realtime.cursor import Cursor
from realtime.delivered import Delivered
from realtime.stream import Stream

if TYPE_CHECKING:
    from bench.stage import Web

SOCKETS = 10_000
AT_ONCE = 64
# A connection is known by its addresses and ports: from one address there are no more than some 28,000 to one port.
SOCKETS_AN_ADDRESS = 20_000
# Descriptors of this process and of the server beside those of the sockets.
OTHERS = 500
PATIENCE_SECONDS = 900.0
POLL_SECONDS = 0.1
FEW = 100
TASKS = re.compile(r"^tidemark_tasks ([\d.e+]+)$", re.MULTILINE)
LINES_TOLD = 20
# What is left of the memory of connections that came and went: the allocator's own, which the next ones take.
MOST_LEFT = 1.05
FOLLOW_BOARD = "subscription { reviewBoard { __typename cursor at ... on ReviewDecided { reviewId } } }"
SESSIONS = """
INSERT INTO sessions (user_id, token_hash, user_agent, expires_at)
SELECT user_id, token_hash, 'load', now() + interval '1 day' FROM unnest($1::bigint[], $2::text[]) AS given (user_id, token_hash)
"""
# No farewell.
RESET = struct.pack("ii", 1, 0)


async def prove_sockets(count: int, _: int = 0) -> str:
    """On servers of its own. Nothing in it is left to chance. Raises Broken."""
    allow_descriptors(count + OTHERS)
    async with empty_stage(), web_alone() as web:
        crowd = Crowd(web, await _people(count))
        try:
            return await _proven(web, crowd, count)
        except Broken as broken:
            end = "\n".join(web.log.read_text(errors="replace").splitlines()[-LINES_TOLD:])
            raise Broken(f"{broken}; the server's log ends with\n{end}") from broken


async def _proven(web: Web, crowd: Crowd, count: int) -> str:
    # What the first few leave is what a process that works has anyway: imports and caches.
    await Crowd(web, crowd.people[:FEW]).wave()
    empty = private_bytes(web.pid)
    first = await crowd.wave()
    # Python's allocator keeps what so many took, and the next take that: more may not be taken from the machine.
    before = private_bytes(web.pid)
    last = await crowd.wave()
    after = private_bytes(web.pid)
    if after > before * MOST_LEFT:
        raise Broken(f"{count:,} sockets left the process at {after:,} bytes, that was at {before:,}")
    return (
        f"{count:,} sockets opened in {last.opened_seconds:.1f} s, each told within {last.told_seconds:.2f} s;"
        f" {(first.full_bytes - empty) / count / KB:.1f} KB of memory each in {last.full_bytes / KB**2:.0f} MB; all cut at once, no task,"
        f" socket or subscription is left of them, and memory is {after / before - 1:+.1%}"
    )


def allow_descriptors(count: int) -> None:
    """Raises Broken where the machine allows less. Children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise Broken(f"this machine allows a process {hard:,} open files, and {count:,} are needed: see ulimit -Hn")
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


@dataclass(frozen=True, slots=True)
class Wave:
    opened_seconds: float
    told_seconds: float
    full_bytes: int


@dataclass(frozen=True, slots=True)
class Person:
    user_id: int
    cookie: str


async def _people(count: int) -> list[Person]:
    ids = [row["id"] for row in await sql.rows(USERS, count)]
    tokens = [f"reader-{n}-{'x' * 30}" for n in range(count)]
    await sql.run(SESSIONS, ids, [fingerprint(token) for token in tokens])
    return [Person(user_id, f"tidemark_session={token}") for user_id, token in zip(ids, tokens, strict=True)]


class Listener(asyncio.Protocol):
    """One socket: counts what it is told, and answers nothing but pings."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._rest = b""
        self.transport: asyncio.Transport | None = None
        self.acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_upgraded = False
        self._heard_at = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard_at = time.monotonic()
        data = self._rest + data
        if not self.is_upgraded:
            head, end, data = data.partition(HEAD_END)
            if not end:
                self._rest = head
                return
            self.is_upgraded = head.startswith(b"HTTP/1.1 101")
            if not self.is_upgraded:
                self.fail(f"not upgraded: {head[:100]!r}")
                return
            assert self.transport is not None
            self.transport.write(frame(0x1, b'{"type":"connection_init"}'))
        while (whole := _first_frame(data)) is not None:
            opcode, payload, data = whole
            self._take(opcode, payload)
        self._rest = data

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._crowd.is_leaving:
            stage = "acknowledged" if self.acknowledged.done() else "upgraded" if self.is_upgraded else "connected"
            silent = time.monotonic() - self._heard_at
            self.fail(f"the server let go of it when it was {stage}, {silent:.1f} s after it spoke last: {exc!r}")

    def fail(self, why: str) -> None:
        self._crowd.failures.append(why)
        if not self.acknowledged.done():
            self.acknowledged.set_exception(Broken(why))

    def _take(self, opcode: int, payload: bytes) -> None:
        assert self.transport is not None
        if opcode == 0x9:
            self.transport.write(frame(0xA, payload))
        elif opcode == 0x8:
            self.fail(f"closed with {int.from_bytes(payload[:2])}")
        elif payload.startswith(b'{"type":"connection_ack"'):
            self.acknowledged.set_result(None)
        elif b'"next"' in payload[:60] and b"PresenceChanged" not in payload:
            self._crowd.came()


def _first_frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """Opcode, payload and what follows."""
    if len(data) < 4 and not (len(data) >= 2 and data[1] < 126):
        return None
    length, start = (data[1], 2) if data[1] < 126 else (int.from_bytes(data[2:4]), 4)
    end = start + length
    return None if len(data) < end else (data[0] & 0xF, data[start:end], data[end:])


class Crowd:
    def __init__(self, web: Web, people: list[Person]) -> None:
        self._web = web
        self.people = people
        self._listeners: list[Listener] = []
        self._count = 0
        self._wanted = 0
        self._reached = asyncio.Event()
        self.failures: list[str] = []
        self.is_leaving = False

    async def wave(self) -> Wave:
        """All come, are told, and are cut off at once. Raises Broken."""
        tasks = await self._tasks()
        began = time.monotonic()
        await self._come()
        opened_seconds = time.monotonic() - began
        told_seconds = await self._told()
        full_bytes = private_bytes(self._web.pid)
        await self._go(tasks)
        return Wave(opened_seconds, told_seconds, full_bytes)

    async def _come(self) -> None:
        """Everybody connects and subscribes. Raises Broken."""
        self.is_leaving = False
        some = asyncio.Semaphore(AT_ONCE)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(self._join(some, n) for n in range(len(self.people))))
            await self._counted(len(self.people))

    async def _told(self) -> float:
        """An event on the board and one of each person's own; the seconds until everybody was told theirs. Raises Broken."""
        self._count, self._wanted = 0, len(self.people)
        self._reached.clear()
        epoch = await sql.value("SELECT epoch FROM installation")
        at = await sql.now()
        topics = [BOARD, *(user_topic(person.user_id) for n, person in enumerate(self.people) if not _follows_board(n))]
        kinds = {BOARD: ("ReviewDecided", {"review": 1, "verdict": 1})}
        began = time.monotonic()
        async with redis_client(settings().redis_url) as redis:
            # By the table, which those who join ask, no topic has begun; so what an earlier wave was told was not.
            await redis.flushdb()
            events = [Delivered(Cursor(epoch, 1), topic, *kinds.get(topic, ("StandingChanged", {})), at) for topic in topics]
            for first in range(0, len(events), 500):
                await Stream(redis).append(events[first : first + 500])
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._reached.wait()
        except TimeoutError:
            raise Broken(f"of {self._wanted:,} sockets {self._count:,} were told") from None
        self._require_all()
        return time.monotonic() - began

    async def _go(self, tasks: int) -> None:
        """All cut at once, until the server has noticed. Raises Broken where it holds anything of theirs, or more tasks than it had."""
        self._require_all()
        self.is_leaving = True
        for listener in self._listeners:
            assert listener.transport is not None
            listener.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            listener.transport.abort()
        self._listeners.clear()
        await self._counted(0)
        until = time.monotonic() + PATIENCE_SECONDS
        while (found := await self._tasks()) > tasks:
            if time.monotonic() > until:
                raise Broken(f"the server had {tasks} tasks, and has {found}")
            await asyncio.sleep(POLL_SECONDS)

    def came(self) -> None:
        self._count += 1
        if self._count == self._wanted:
            self._reached.set()

    async def _join(self, some: asyncio.Semaphore, n: int) -> None:
        async with some:
            address = (f"127.0.0.{1 + n // SOCKETS_AN_ADDRESS}", 0)
            loop = asyncio.get_running_loop()
            _, listener = await loop.create_connection(lambda: Listener(self), "127.0.0.1", self._web.port, local_addr=address)
            self._listeners.append(listener)
            assert listener.transport is not None
            cookie = self.people[n].cookie
            listener.transport.write(f"{HANDSHAKE}Sec-WebSocket-Protocol: graphql-transport-ws\r\nCookie: {cookie}\r\n\r\n".encode())
            await listener.acknowledged
            query = FOLLOW_BOARD if _follows_board(n) else FOLLOW_ACTIVITY
            listener.transport.write(frame(0x1, orjson.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}})))

    async def _counted(self, wanted: int) -> None:
        """Until the server itself counts so many sockets and subscriptions. Raises Broken."""
        async with httpx.AsyncClient(base_url=self._web.url, timeout=PATIENCE_SECONDS) as client:
            until = time.monotonic() + PATIENCE_SECONDS
            while (found := held((await client.get("/metrics")).text)) != (wanted, wanted):
                self._require_all()
                if time.monotonic() > until:
                    raise Broken(f"the server counts {found[0]:,} sockets and {found[1]:,} subscriptions, and there are {wanted:,}")
                await asyncio.sleep(POLL_SECONDS)

    async def _tasks(self) -> int:
        """What the server counts, of which one answers us."""
        async with httpx.AsyncClient(base_url=self._web.url, timeout=PATIENCE_SECONDS) as client:
            found = TASKS.search((await client.get("/metrics")).text)
        assert found is not None
        return int(float(found[1]))

    def _require_all(self) -> None:
        if self.failures:
            raise Broken(f"{len(self.failures):,} sockets failed; the first: {self.failures[0]}")


def _follows_board(n: int) -> bool:
    return n % 2 == 0
