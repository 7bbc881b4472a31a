"""One reader of a durable topic: first what was missed, page by page, then what comes, through a bounded queue."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Self

from realtime.cursor import Cursor, CursorExpired
from realtime.delivered import Delivered

if TYPE_CHECKING:
    from realtime.source import Source

QUEUE = 256
"""Events a reader may lag behind what comes: more would be memory spent on one who may never read. What was missed is not queued."""


class TooSlow(Exception):
    """The reader lags too far: its socket is closed with 4480, and it may come again with its last cursor."""

    close_code = 4480

    def __init__(self) -> None:
        super().__init__(f"More than {QUEUE} events waited to be read.")


class Inbox:
    """Events from the live side, in order; the first error ends it."""

    def __init__(self, position: int) -> None:
        self._position = position
        self._events: deque[Delivered] = deque()
        self._error: Exception | None = None
        self._filled = asyncio.Event()

    def put(self, event: Delivered) -> None:
        if event.sequence <= self._position or self._error is not None:
            return
        self._position = event.sequence
        if len(self._events) == QUEUE:
            self.fail(TooSlow())
            return
        self._events.append(event)
        self._filled.set()

    def fail(self, error: Exception) -> None:
        self._error = self._error or error
        self._events.clear()
        self._filled.set()

    @property
    def is_filled(self) -> bool:
        return bool(self._events)

    async def next(self) -> Delivered:
        while not self._events:
            if self._error is not None:
                raise self._error
            self._filled.clear()
            await self._filled.wait()
        return self._events.popleft()


class Following:
    """An async iterator. `cursor` is where its reader stands. Raises CursorExpired and TooSlow."""

    def __init__(self, source: Source, start: Cursor) -> None:
        self.cursor = start
        self._source = source
        self._is_reached = False
        self._missed: deque[Delivered] = deque()
        self._inbox: Inbox | None = None

    @property
    def is_ready(self) -> bool:
        """Whether the next event is there without waiting."""
        return bool(self._missed) or (self._inbox is not None and self._inbox.is_filled)

    def close(self) -> None:
        if self._inbox is not None:
            self._source.detach(self._inbox)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Delivered:
        if self._inbox is None and not self._missed:
            await self._read_or_attach()
        event = self._missed.popleft() if self._missed or self._inbox is None else await self._inbox.next()
        self.cursor = event.cursor
        return event

    async def reached(self) -> None:
        """Returns once the start is known to be a place in this topic. Raises CursorExpired."""
        if not self._is_reached:
            await self._source.reach(self.cursor)
            self._is_reached = True

    async def _read_or_attach(self) -> None:
        await self.reached()
        here = self._source.cursor
        if self.cursor.sequence < here.sequence:
            self._missed.extend(await self._source.page(self.cursor))
            return
        # From the comparison to here nothing waits: no event can slip in between.
        if self.cursor.epoch != here.epoch:
            raise CursorExpired
        self._inbox = self._source.attach(self.cursor.sequence)
