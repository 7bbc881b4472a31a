"""One pub/sub connection to one Redis, which holds its channels and comes back by itself whatever becomes of it.

redis-py's own PubSub mends itself in silence, and in a cluster loses messages for shard channels: each break is ours to know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Protocol

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

PING_SECONDS = 5.0
"""How often a silent connection is asked for a sign of life; silent for twice as long it is given up, for it may be cut without a word."""
CHANNELS_A_COMMAND = 500
"""Enough for a mass reconnect in a few round trips, and no command that Redis chews on while others wait."""
RETRY_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

log = structlog.get_logger(__name__)


class Connection(Protocol):
    """What we use of redis-py's connection, which has no types."""

    retry: Retry
    socket_timeout: float | None

    async def connect(self) -> None: ...
    async def disconnect(self, nowait: bool = False) -> None: ...
    async def send_command(self, *command: str, check_health: bool = True) -> None: ...
    async def read_response(self, *, timeout: float, push_request: bool) -> object: ...


class Owner(Protocol):
    """Whose channels they are. Called in the loop: none may wait or raise."""

    def received(self, name: str, data: bytes) -> None: ...

    def confirmed(self, name: str) -> None:
        """The channel is held."""

    def settled(self) -> None:
        """All that was wanted is held, for the first time on this connection or since `expect_gap`."""

    def broken(self) -> None:
        """The connection; it is made anew."""


class Line:
    """`wanted` are the channels to hold, which the owner changes, and then calls `change`. `run` ends by a cancellation only."""

    def __init__(self, owner: Owner, connect: Callable[[], Connection], wanted: Mapping[str, object], *, is_sharded: bool = False) -> None:
        self.wanted = wanted
        self.held: set[str] = set()
        self._owner = owner
        self._connect = connect
        self._prefix = "S" if is_sharded else ""
        # In a cluster a command concerns one slot: each channel has its own.
        self._at_once = 1 if is_sharded else CHANNELS_A_COMMAND
        self._leaving: set[str] = set()
        self._unconfirmed = 0
        self._is_new = True
        self._changed = asyncio.Event()
        self._heard_at = 0.0

    def change(self) -> None:
        self._changed.set()

    def expect_gap(self) -> None:
        """What it is to hold from now on was held elsewhere: something may be lost in between."""
        self._is_new = True
        self._changed.set()

    async def run(self) -> None:
        failures = 0
        while True:
            connection = self._connect()
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await connection.connect()
                failures = 0
                await self._converse(connection)
            except* Exception as group:  # whatever it was: a process must not go deaf
                wait = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                log.warning("pub/sub connection lost", error=repr(group.exceptions[0]), retry_seconds=wait)
            finally:
                await connection.disconnect(nowait=True)
            failures += 1
            self._owner.broken()
            await asyncio.sleep(wait)

    async def _converse(self, connection: Connection) -> None:
        self.held.clear()
        self._leaving.clear()
        self._unconfirmed = 0
        self._is_new = True
        self._heard_at = asyncio.get_running_loop().time()
        self._changed.set()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._hear(connection))
            both.create_task(self._speak(connection))

    async def _speak(self, connection: Connection) -> None:
        """Holds what is wanted, one difference at a time: so a confirmation always means the latest command."""
        while True:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                await self._ask_for_life(connection)
            self._changed.clear()
            if self._unconfirmed == 0:
                await self._hold_the_difference(connection)

    async def _hold_the_difference(self, connection: Connection) -> None:
        missing, needless = self.wanted.keys() - self.held, self.held - self.wanted.keys()
        self._unconfirmed = len(missing) + len(needless)
        self.held -= needless
        self._leaving |= needless
        for command, names in (("SUBSCRIBE", missing), ("UNSUBSCRIBE", needless)):
            for chunk in _chunks(names, self._at_once):
                await connection.send_command(self._prefix + command, *chunk, check_health=False)

    async def _ask_for_life(self, connection: Connection) -> None:
        if asyncio.get_running_loop().time() - self._heard_at > 2 * PING_SECONDS:
            raise RedisConnectionError("Redis is silent")
        await connection.send_command("PING", check_health=False)

    async def _hear(self, connection: Connection) -> None:
        while True:
            response = await connection.read_response(timeout=float("inf"), push_request=True)
            self._heard_at = asyncio.get_running_loop().time()
            if not isinstance(response, list):
                continue  # PING is answered outside of RESP3's pushes
            match response:
                case [b"message" | b"smessage", name, data]:
                    self._owner.received(name.decode(), data)
                case [b"subscribe" | b"ssubscribe", name, _]:
                    self.held.add(name.decode())
                    self._owner.confirmed(name.decode())
                    self._confirm()
                case [b"unsubscribe" | b"sunsubscribe", name, _]:
                    self._left(name.decode())

    def _left(self, name: str) -> None:
        if name not in self._leaving:
            raise RedisConnectionError("The channel's slot has moved to another node")
        self._leaving.discard(name)
        self._confirm()

    def _confirm(self) -> None:
        self._unconfirmed -= 1
        if not self._unconfirmed:
            self._changed.set()
            if self._is_new:
                self._is_new = False
                self._owner.settled()


def own_connection(redis: Redis) -> Connection:
    """A connection beside the pool."""
    pool: Any = redis.connection_pool
    connection: Connection = pool.make_connection()
    return unmended(connection)


def unmended(connection: Connection) -> Connection:
    connection.retry = Retry(NoBackoff(), 0)
    # Sent without `asyncio.wait_for`, which swallows cancellations: see `obeying`. Silence is noticed by PING.
    connection.socket_timeout = None
    return connection


def _chunks(names: Iterable[str], size: int) -> Iterable[list[str]]:
    remaining = iter(names)
    while chunk := list(islice(remaining, size)):
        yield chunk
