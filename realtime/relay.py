"""Carries what was committed to Redis: numbers events within their topic, appends and publishes them, and tells hints.

Any number of relays may run; the one that holds the advisory lock works. What a relay had numbered but not published when it fell stands in
the table: whoever takes the lock first tells the hubs to look there, and only then goes on. So nothing but the table has to remember.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime

import structlog
from redis.asyncio import Redis

from ops.cancelling import obeying
from ops.metrics import HINTS, RELAY_LAG_SECONDS, RELAYED
from ops.redis import REDIS_AWAY, publish, publish_verb
from realtime.broker import Broker
from realtime.coalescing import Coalescing
from realtime.outbox import Outbox
from realtime.past import DATABASE_AWAY
from realtime.stream import Stream
from realtime.topics import CATCH_UP_CHANNEL, TASKS, WAKE_CHANNEL, hint_channel

BATCH = 500
"""Events, and hints, in one go: numbered and appended in some 10 ms, so the first of a burst does not wait for the last."""
SWEEP_SECONDS = 0.1
"""How often it looks by itself: a wake-up may be lost."""
STANDBY_SECONDS = 0.25
"""How often a relay that does not work asks for the lock."""
GRACE_SECONDS = 1.0
"""A round that is under way may end when we are to stop; one that waits for a server that is away may not."""
RETRY_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Waits after failures in a row; the last one for all that follow."""

AWAY = (*REDIS_AWAY, *DATABASE_AWAY)
"""What is no surprise, and logged without a traceback."""

log = structlog.get_logger(__name__)


class Relay:
    def __init__(self, database_url: str, redis: Redis) -> None:
        self._database_url = database_url
        self._redis = redis
        self._publish = publish_verb(redis)
        self._stream = Stream(redis)
        self._coalescing = Coalescing()
        self._woken = asyncio.Event()
        self._failures = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, whatever becomes of Redis and PostgreSQL meanwhile."""
        stopping, serving = asyncio.create_task(stop.wait()), asyncio.create_task(self._serve(stop))
        stopping.add_done_callback(lambda _: self._woken.set())
        try:
            await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({serving}, timeout=GRACE_SECONDS)
        finally:
            stopping.cancel()
            serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving

    async def _serve(self, stop: asyncio.Event) -> None:
        async with Broker(self._redis) as broker:
            broker.listen(WAKE_CHANNEL, lambda _: self._woken.set())
            while not stop.is_set():
                await self._hold(stop)

    async def _hold(self, stop: asyncio.Event) -> None:
        try:
            outbox = await Outbox.open(self._database_url)
            try:
                await self._work(outbox, stop)
            finally:
                await outbox.close()
        except Exception as error:  # whatever it was: events are not to stop for it
            wait = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
            self._failures += 1
            log.warning("relay interrupted", error=repr(error), retry_seconds=wait, exc_info=not isinstance(error, AWAY))
            await _until(stop, wait)

    async def _work(self, outbox: Outbox, stop: asyncio.Event) -> None:
        while not stop.is_set() and not await outbox.lock():
            await _until(stop, STANDBY_SECONDS)
        if stop.is_set():
            return
        await publish(self._redis, CATCH_UP_CHANNEL, b"")
        log.info("relay works")
        while not stop.is_set():
            self._woken.clear()
            if not await self.sweep(outbox):
                await _until(self._woken, self._seconds_to_sweep())
            self._failures = 0

    async def sweep(self, outbox: Outbox) -> bool:
        """One round: whether there may be more at once."""
        events = await outbox.number(BATCH)
        if events:
            await self._stream.append(events)
            RELAYED.inc(len(events))
            RELAY_LAG_SECONDS.set((datetime.now(UTC) - min(event.at for event in events)).total_seconds())
        hints = await outbox.take_hints(BATCH)
        await self._tell(self._coalescing.offer(hints, time.monotonic()))
        return len(events) == BATCH or len(hints) == BATCH

    async def _tell(self, topics: list[str]) -> None:
        if not topics:
            return
        HINTS.inc(len(topics))
        async with self._redis.pipeline(transaction=False) as pipeline:
            for topic in topics:
                pipeline.execute_command(self._publish, hint_channel(topic), topic)
                if topic.startswith(f"{TASKS}:"):
                    pipeline.execute_command(self._publish, hint_channel(TASKS), topic)
            await obeying(pipeline.execute())

    def _seconds_to_sweep(self) -> float:
        next_hint = self._coalescing.seconds_to_next(time.monotonic())
        return SWEEP_SECONDS if next_hint is None else min(SWEEP_SECONDS, next_hint)


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Until the event, and no longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
