"""What happened in a topic before now: from the Redis stream where it reaches back so far, else from the table."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import asyncpg
import structlog
from redis.asyncio import Redis
from tortoise.exceptions import DBConnectionError

from ops.database import sql
from ops.redis import REDIS_AWAY
from realtime.cursor import Cursor, CursorExpired
from realtime.delivered import Delivered
from realtime.outbox import delivered
from realtime.stream import Stream

PAGE = 500
"""Events read at a time: a reader far behind holds no more of them in memory."""
PATIENCE_SECONDS = 10.0
"""A database that restarts is back sooner; a subscription that waits longer ends with the error, and its client comes again."""
RETRY_SECONDS = 0.1

# What asyncpg and Tortoise raise while the server is stopped, stopping or starting; InternalClientError is a statement between the server's
# farewell and the end of its connection.
DATABASE_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    DBConnectionError,
)

POSITIONS = """
SELECT wanted.topic, coalesce(topics.sequence, 0) AS sequence, (SELECT epoch FROM installation) AS epoch
FROM unnest($1::text[]) AS wanted (topic) LEFT JOIN topics ON topics.topic = wanted.topic
"""

PAST = """
SELECT installation.epoch, topic, sequence, kind, ids::text AS ids, events.created_at
FROM events, installation
WHERE topic = $1 AND sequence > $2 AND sequence <= $3 AND installation.epoch = $4
ORDER BY sequence LIMIT $5
"""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Past:
    def __init__(self, redis: Redis) -> None:
        self._stream = Stream(redis)

    async def position(self, topic: str) -> Cursor:
        """Where the topic stands: every event up to it is committed and numbered."""
        return (await self.positions([topic]))[topic]

    async def positions(self, topics: Iterable[str]) -> dict[str, Cursor]:
        rows = await persistently(lambda: sql.rows(POSITIONS, list(topics)))
        return {row["topic"]: Cursor(row["epoch"], row["sequence"]) for row in rows}

    async def page(self, epoch: str, topic: str, after: int, until: int) -> list[Delivered]:
        """The next events after `after`, up to `until`, without a gap: at least one. Raises CursorExpired where they are gone."""
        try:
            page = await self._stream.page(epoch, topic, after, until, PAGE)
        except REDIS_AWAY as error:
            log.info("stream not read", topic=topic, error=repr(error))
            page = []
        return page or await self._page_of_the_table(epoch, topic, after, until)

    async def _page_of_the_table(self, epoch: str, topic: str, after: int, until: int) -> list[Delivered]:
        rows = await persistently(lambda: sql.rows(PAST, topic, after, until, epoch, PAGE))
        page = [delivered(row) for row in rows]
        if not page or page[0].sequence != after + 1 or page[-1].sequence != after + len(page):
            raise CursorExpired
        return page


async def persistently(read: Callable[[], Awaitable[T]]) -> T:
    """What `read` gives, tried again while the database is away, but not for ever."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await read()
        except DATABASE_AWAY:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(RETRY_SECONDS)
