"""The Redis side of a process: who listens to what. One connection holds all channels; in a cluster one to each node that has some of them.

What is published while a connection is down is lost; so after every new connection, once all channels are held again, `gaps` are called,
and whoever needs every message looks elsewhere for what it missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

import structlog
from redis.asyncio import Redis

from ops.redis import REDIS_AWAY, is_cluster, publish
from realtime.line import Line, own_connection
from realtime.shards import Shards
from realtime.topics import WAKE_CHANNEL

Listener = Callable[[bytes], None]
"""Called with each message, in the event loop: it must neither block nor raise."""

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
        self._lines: _OneLine | Shards = Shards(self, redis) if is_cluster(redis) else _OneLine(self, redis)
        self._wake_due = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._lines.run()), asyncio.create_task(self._tell_wakes())]
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
            if self._lines.take(name):
                channel.held.set()
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
            self._lines.leave(name)

    async def _tell_wakes(self) -> None:
        while True:
            await self._wake_due.wait()
            self._wake_due.clear()
            try:
                await publish(self.redis, WAKE_CHANNEL, b"")
            except REDIS_AWAY as error:
                # The relay sweeps anyway.
                log.info("wake not told", error=repr(error))

    # Called by the lines

    def received(self, name: str, data: bytes) -> None:
        channel = self._channels.get(name)
        if channel is not None:
            for listener in list(channel.listeners.values()):
                listener(data)

    def confirmed(self, name: str) -> None:
        channel = self._channels.get(name)
        if channel is not None:
            channel.held.set()

    def settled(self) -> None:
        """Something may have been lost."""
        for gap in self.gaps:
            gap()

    def broken(self) -> None:
        """What is lost by it is told once all is held again."""


class _OneLine:
    """All channels on one connection."""

    def __init__(self, broker: Broker, redis: Redis) -> None:
        self._line = Line(broker, lambda: own_connection(redis), broker._channels)

    async def run(self) -> None:
        await self._line.run()

    def take(self, name: str) -> bool:
        """Holds it as well. Whether it is held already."""
        self._line.change()
        return name in self._line.held

    def leave(self, name: str) -> None:
        self._line.change()
