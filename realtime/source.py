"""One durable topic in one process: follows it live, in order and without a gap, for all who joined it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from ops.metrics import DELIVERY_SECONDS
from realtime.broker import Broker
from realtime.cursor import Cursor, CursorExpired
from realtime.delivered import Delivered
from realtime.following import Inbox
from realtime.past import Past
from realtime.stream import decoded
from realtime.topics import live_channel

RETRY_SECONDS = 1.0
PAGES_KEPT_SECONDS = 10.0
"""After a restart everybody comes back with one of a few cursors, within seconds: what one read of the past is the others' too."""

MOST_KEPT = 16_000
"""Events of such pages, some 16 MB: a crowd comes back from many places a few events behind, but whoever asks for all the past from
everywhere is nobody's fellow. What is being read just now is shared in any case."""

log = structlog.get_logger(__name__)


class Source:
    """`_last` is the newest event seen, after all before it: only `_last + 1` is ever taken, and what is missing is read from the past.

    `refresh` asks the hub to compare this topic with the table.
    """

    def __init__(self, topic: str, broker: Broker, past: Past, refresh: Callable[[str], None]) -> None:
        self.topic = topic
        self.joiners = 0
        self._past = past
        self._refresh = refresh
        self._epoch: str | None = None
        self._last = 0
        self._wanted = 0
        self._early: list[bytes] = []
        self._inboxes: set[Inbox] = set()
        self._pages: dict[Cursor, asyncio.Task[list[Delivered]]] = {}
        # How many events are in those that are read.
        self._kept = 0
        self._listening = broker.listen(live_channel(topic), self._received)
        self._opening: asyncio.Task[None] = asyncio.create_task(self._open())
        self._catching_up: asyncio.Task[None] | None = None

    def close(self) -> None:
        """At once; nothing waits for it."""
        self._listening.leave()
        self._opening.cancel()
        if self._catching_up is not None:
            self._catching_up.cancel()

    async def opened(self) -> None:
        """Returns once the topic is followed. A joiner who is cancelled here does not take the others along."""
        await asyncio.shield(self._opening)

    @property
    def cursor(self) -> Cursor:
        assert self._epoch is not None, "opened() comes first"
        return Cursor(self._epoch, self._last)

    @property
    def has_failed(self) -> bool:
        """Whether it could not be opened: then it is of no use to those who come later."""
        return self._opening.done() and not self._opening.cancelled() and self._opening.exception() is not None

    def attach(self, position: int) -> Inbox:
        """An inbox for what comes after `position`, until it is detached."""
        inbox = Inbox(position)
        self._inboxes.add(inbox)
        return inbox

    def detach(self, inbox: Inbox) -> None:
        self._inboxes.discard(inbox)

    async def reach(self, start: Cursor) -> None:
        """Raises CursorExpired for a cursor that is none of this numbering. It may be ahead of us, for states are read from the table."""
        if start.epoch == self._epoch and start.sequence <= self._last:
            return
        position = await self._past.position(self.topic)
        self.reached(position)
        if start.epoch != position.epoch or start.sequence > position.sequence:
            raise CursorExpired

    async def page(self, after: Cursor) -> list[Delivered]:
        """The next of what was missed, at least one event. Raises CursorExpired."""
        reading = self._pages.get(after)
        if reading is None:
            reading = self._pages[after] = asyncio.create_task(self._past.page(after.epoch, self.topic, after.sequence, self._last))
            reading.add_done_callback(partial(self._keep, after))
        return await asyncio.shield(reading)

    def _keep(self, after: Cursor, reading: asyncio.Task[list[Delivered]]) -> None:
        size = 0 if reading.cancelled() or reading.exception() else len(reading.result())
        if size == 0 or self._kept + size > MOST_KEPT:
            del self._pages[after]
            return
        self._kept += size
        asyncio.get_running_loop().call_later(PAGES_KEPT_SECONDS, self._forget, after, size)

    def _forget(self, after: Cursor, size: int) -> None:
        del self._pages[after]
        self._kept -= size

    def reached(self, position: Cursor) -> None:
        """The table stands here: catches up with it, and ends all subscriptions where numbering began anew."""
        if self._epoch is None:
            return
        if position.epoch != self._epoch:
            self._begin_anew(position)
        self._want(position.sequence)

    async def _open(self) -> None:
        # First the channel, then the position: an event after it is either published to us or already in the table.
        await self._listening.begun()
        position = await self._past.position(self.topic)
        self._epoch, self._last = position.epoch, position.sequence
        early, self._early = self._early, []
        for data in early:
            self._received(data)

    def _received(self, data: bytes) -> None:
        if self._epoch is None:
            self._early.append(data)
            return
        epoch, events = decoded(data, self.topic)
        if epoch != self._epoch:
            self._refresh(self.topic)
        else:
            for event in events:
                self._take(event)
            self._want(events[-1].sequence)

    def _take(self, event: Delivered) -> None:
        if event.sequence != self._last + 1 or event.cursor.epoch != self._epoch:
            return
        self._last = event.sequence
        DELIVERY_SECONDS.observe((datetime.now(UTC) - event.at).total_seconds())
        for inbox in self._inboxes:
            inbox.put(event)

    def _want(self, sequence: int) -> None:
        self._wanted = max(self._wanted, sequence)
        if self._last < self._wanted and self._catching_up is None:
            self._catching_up = asyncio.create_task(self._catch_up())

    async def _catch_up(self) -> None:
        try:
            while self._last < self._wanted:
                await self._read_on(self.cursor)
        except Exception:
            # The database is away for long: its readers wait, and we ask again.
            log.exception("not caught up", topic=self.topic)
            await asyncio.sleep(RETRY_SECONDS)
            self._refresh(self.topic)
        finally:
            self._catching_up = None

    async def _read_on(self, here: Cursor) -> None:
        wanted = self._wanted
        try:
            page = await self._past.page(here.epoch, self.topic, here.sequence, wanted)
        except CursorExpired:
            # Where numbering began anew meanwhile, all this is settled already.
            if self._epoch == here.epoch:
                log.warning("the past is gone", topic=self.topic, after=here.sequence, wanted=wanted)
                self._expire()
                self._last = max(self._last, wanted)
        else:
            for event in page:
                self._take(event)

    def _begin_anew(self, position: Cursor) -> None:
        self._expire()
        self._epoch, self._last, self._wanted = position.epoch, position.sequence, position.sequence

    def _expire(self) -> None:
        for inbox in self._inboxes:
            inbox.fail(CursorExpired())
