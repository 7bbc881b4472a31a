"""Where subscriptions meet what happens: `joined` for durable topics, `hinted` for those that only say "look".

One source a topic in each process, however many joined it. Leaving waits for nothing, so a cancelled subscription leaves like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self

import structlog

from realtime.broker import Broker, Listening
from realtime.cursor import Cursor
from realtime.following import Following, TooSlow
from realtime.past import Past
from realtime.source import Source
from realtime.topics import CATCH_UP_CHANNEL, hint_channel, is_durable

__all__ = ["Hints", "Hub", "Joined", "TooSlow", "Watch"]

RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Joined:
    """A topic while it is joined. `cursor` is where its reader stands: the last event given, or where it began."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._following: Following | None = None
        self._start = source.cursor

    @property
    def cursor(self) -> Cursor:
        return self._following.cursor if self._following else self._start

    def since(self, after: Cursor | None = None) -> Following:
        """What came after the cursor, and then what comes, in order and without a gap; without a cursor, from where it was joined.

        Iterating raises CursorExpired where that past is gone, TooSlow where the reader lags too far behind what comes.
        """
        self.leave()
        self._following = Following(self._source, after or self._start)
        return self._following

    def leave(self) -> None:
        if self._following is not None:
            self._following.close()


class Hints:
    """Wakes on any hint of its topics. `async for topics in hints`, or `await hints.next()`: those hinted since the last look."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        self._topics = topics
        self._hinted: set[str] = set()
        self._any = asyncio.Event()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> frozenset[str]:
        return await self.next()

    async def next(self) -> frozenset[str]:
        """Waits for the first where none came since the last look. May be cancelled without losing a hint."""
        await self._any.wait()
        self._any.clear()
        hinted, self._hinted = frozenset(self._hinted), set()
        return hinted

    def received(self, data: bytes) -> None:
        """A message: the topic that is hinted."""
        self._hinted.add(data.decode())
        self._any.set()

    def look_at_all(self) -> None:
        """Hints may have been lost: each may have been given."""
        self._hinted.update(self._topics)
        self._any.set()


class Watch:
    """Calls `look` on any hint of one topic, until `leave`: for those who are many and mostly wait."""

    __slots__ = ("_hub", "_listening", "_look")

    def __init__(self, hub: Hub, topic: str, look: Callable[[], None]) -> None:
        self._hub = hub
        self._look = look
        self._listening: Listening = hub.broker.listen(hint_channel(topic), self._received)
        hub._hints.add(self)

    async def begun(self) -> None:
        """Returns once no hint is missed any more: read the state then."""
        await self._listening.begun()

    def leave(self) -> None:
        """At once. May be called twice."""
        self._hub._hints.discard(self)
        self._listening.leave()

    def look_at_all(self) -> None:
        self._look()

    def _received(self, _: bytes) -> None:
        self._look()


class Hub:
    """`async with Hub(broker) as hub`: one a process, on the process's broker and database."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self._past = Past(broker.redis)
        self._sources: dict[str, Source] = {}
        self._hints: set[Hints | Watch] = set()
        self._to_compare: set[str] = set()
        self._comparison_due = asyncio.Event()
        self._comparing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.broker.gaps.append(self._look_at_all)
        self._catch_up = self.broker.listen(CATCH_UP_CHANNEL, lambda _: self._look_at_all())
        self._comparing = asyncio.create_task(self._compare_with_the_table())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.broker.gaps.remove(self._look_at_all)
        self._catch_up.leave()
        for source in self._sources.values():
            source.close()
        self._sources.clear()
        if self._comparing is not None:
            self._comparing.cancel()
            await asyncio.gather(self._comparing, return_exceptions=True)

    @property
    def is_idle(self) -> bool:
        """Whether nobody is subscribed to anything."""
        return not self._sources and not self._hints

    async def position(self, topic: str) -> Cursor:
        """Where a durable topic stands. Read it before the state that it goes with: what came before it is in that state; what comes after
        it may be."""
        return await self._past.position(topic)

    @asynccontextmanager
    async def joined(self, topic: str) -> AsyncIterator[Joined]:
        """Follows a durable topic while the block lasts: join, then read the state, then `since`."""
        assert is_durable(topic), topic
        source = self._sources.get(topic)
        if source is None:
            source = self._sources[topic] = Source(topic, self.broker, self._past, self._compare)
        source.joiners += 1
        try:
            await source.opened()
            joined = Joined(source)
            try:
                yield joined
            finally:
                joined.leave()
        finally:
            self._leave(source)

    @asynccontextmanager
    async def hinted(self, *topics: str) -> AsyncIterator[Hints]:
        """Hears hints while the block lasts: begin, then read the state, then wait. TASKS stands for the tasks of every project."""
        hints = Hints(topics)
        listenings = [self.broker.listen(hint_channel(topic), hints.received) for topic in topics]
        self._hints.add(hints)
        try:
            for listening in listenings:
                await listening.begun()
            yield hints
        finally:
            self._hints.discard(hints)
            for listening in listenings:
                listening.leave()

    def watch(self, topic: str, look: Callable[[], None]) -> Watch:
        """`look` is called in the loop: it may neither wait nor raise."""
        return Watch(self, topic, look)

    def _leave(self, source: Source) -> None:
        source.joiners -= 1
        if source.joiners == 0 or source.has_failed:
            source.close()
            if self._sources.get(source.topic) is source:
                del self._sources[source.topic]

    def _look_at_all(self) -> None:
        for hints in list(self._hints):
            hints.look_at_all()
        self._to_compare.update(self._sources)
        self._comparison_due.set()

    def _compare(self, topic: str) -> None:
        self._to_compare.add(topic)
        self._comparison_due.set()

    async def _compare_with_the_table(self) -> None:
        """Asks for all topics at once where they stand. As long as the database is away, so long it asks."""
        while True:
            await self._comparison_due.wait()
            self._comparison_due.clear()
            topics, self._to_compare = self._to_compare & self._sources.keys(), set()
            try:
                positions = await self._past.positions(topics) if topics else {}
            except Exception:
                log.exception("topics not compared with the table", topics=len(topics))
                await asyncio.sleep(RETRY_SECONDS)
                self._to_compare.update(topics)
                self._comparison_due.set()
            else:
                self._place(positions)

    def _place(self, positions: dict[str, Cursor]) -> None:
        for topic, position in positions.items():
            source = self._sources.get(topic)
            if source is not None:
                source.reached(position)
