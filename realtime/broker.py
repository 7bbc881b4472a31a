"""The Redis side of a process: one pub/sub connection that holds what somebody here listens to, and comes back by itself.

What is published while the connection is down is lost; so after every new connection, once all channels are held again, `gaps` are called,
and whoever needs every message looks elsewhere for what it missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Protocol, Self

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from realtime.cancelling import obeying
from realtime.topics import WAKE_CHANNEL

PING_SECONDS = 5.0
"""How often a silent connection is asked for a sign of life; silent for twice as long it is given up, for it may be cut without a word."""
CHANNELS_A_COMMAND = 500
"""Enough for a mass reconnect in a few round trips, and no command that Redis chews on while others wait."""
RETRY_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

Listener = Callable[[bytes], None]
"""Called with each message, in the event loop: it must neither block nor raise."""


class Connection(Protocol):
    """What we use of redis-py's connection, which has no types."""

    retry: Retry
    socket_timeout: float | None

    async def connect(self) -> None: ...
    async def disconnect(self, nowait: bool = False) -> None: ...
    async def send_command(self, *command: str, check_health: bool = True) -> None: ...
    async def read_response(self, *, timeout: float, push_request: bool) -> object: ...


log = structlog.get_logger(__name__)


class _Channel:
    __slots__ = ("held", "listeners")

    def __init__(self) -> None:
        self.listeners: dict[Listening, Listener] = {}
        self.held = asyncio.Event()


class Listening:
    """One listener on one channel, until `leave()`."""

    __slots__ = ("_broker", "_channel", "_name")

    def __init__(self, broker: Broker, name: str, channel: _Channel) -> None:
        self._broker = broker
        self._name = name
        self._channel = channel

    async def begun(self) -> None:
        """Returns once Redis has confirmed the channel: what is published from now on arrives, or a gap is told."""
        await self._channel.held.wait()

    def leave(self) -> None:
        """At once, and without waiting for anything: so it works in the midst of a cancellation too. May be called twice."""
        self._broker._left(self._name, self)


class Broker:
    """`async with Broker(redis) as broker`: one a process is enough. It waits for Redis as long as Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.gaps: list[Callable[[], None]] = []
        self._channels: dict[str, _Channel] = {}
        self._held: set[str] = set()
        self._unconfirmed = 0
        self._is_new = True
        self._changed = asyncio.Event()
        self._wake_due = asyncio.Event()
        self._heard_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._stay_connected()), asyncio.create_task(self._tell_wakes())]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def channels(self) -> frozenset[str]:
        """What somebody listens to."""
        return frozenset(self._channels)

    def listen(self, name: str, listener: Listener) -> Listening:
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = _Channel()
            if name in self._held:
                channel.held.set()
            self._changed.set()
        listening = Listening(self, name, channel)
        channel.listeners[listening] = listener
        return listening

    def wake(self) -> None:
        """Tells the relay that something was committed: call it after the commit. It waits for nothing; many at once are told as one."""
        self._wake_due.set()

    def _left(self, name: str, listening: Listening) -> None:
        channel = self._channels.get(name)
        if channel is None or channel.listeners.pop(listening, None) is None:
            return
        if not channel.listeners:
            del self._channels[name]
            self._changed.set()

    async def _tell_wakes(self) -> None:
        while True:
            await self._wake_due.wait()
            self._wake_due.clear()
            try:
                await obeying(self.redis.publish(WAKE_CHANNEL, b""))
            except (RedisError, OSError) as error:
                # The relay sweeps anyway.
                log.info("wake not told", error=repr(error))

    async def _stay_connected(self) -> None:
        failures = 0
        while True:
            connection = _own_connection(self.redis)
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
            await asyncio.sleep(wait)

    async def _converse(self, connection: Connection) -> None:
        self._held.clear()
        self._unconfirmed = 0
        self._is_new = True
        self._heard_at = asyncio.get_running_loop().time()
        self._changed.set()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._hear(connection))
            both.create_task(self._speak(connection))

    async def _speak(self, connection: Connection) -> None:
        """Holds what is listened to, one difference at a time: so a confirmation always means the latest command."""
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
        missing, needless = self._channels.keys() - self._held, self._held - self._channels.keys()
        self._unconfirmed = len(missing) + len(needless)
        self._held -= needless
        for command, names in (("SUBSCRIBE", missing), ("UNSUBSCRIBE", needless)):
            for chunk in _chunks(names):
                await connection.send_command(command, *chunk, check_health=False)

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
                case [b"message", name, data]:
                    self._received(name.decode(), data)
                case [b"subscribe", name, _]:
                    self._confirmed(name.decode())
                case [b"unsubscribe", _, _]:
                    self._settled()

    def _received(self, name: str, data: bytes) -> None:
        channel = self._channels.get(name)
        if channel is not None:
            for listener in list(channel.listeners.values()):
                listener(data)

    def _confirmed(self, name: str) -> None:
        self._held.add(name)
        channel = self._channels.get(name)
        if channel is not None:
            channel.held.set()
        self._settled()

    def _settled(self) -> None:
        self._unconfirmed -= 1
        if self._unconfirmed:
            return
        self._changed.set()
        if self._is_new:
            self._is_new = False
            for gap in self.gaps:
                gap()


def _own_connection(redis: Redis) -> Connection:
    """A connection beside the pool, that does not mend itself in silence: each break is ours to know."""
    pool: Any = redis.connection_pool
    connection: Connection = pool.make_connection()
    connection.retry = Retry(NoBackoff(), 0)
    # Sent without `asyncio.wait_for`, which swallows cancellations: see `obeying`. Silence is noticed by PING.
    connection.socket_timeout = None
    return connection


def _chunks(names: Iterable[str]) -> Iterable[list[str]]:
    remaining = iter(names)
    while chunk := list(islice(remaining, CHANNELS_A_COMMAND)):
        yield chunk
