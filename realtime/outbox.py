"""The outbox as the relay sees it: over the one connection that holds the relay's lock, so whoever lost the lock can number nothing."""

from __future__ import annotations

from typing import Any, Self

import asyncpg
import orjson

from realtime.cursor import Cursor
from realtime.delivered import Delivered

LOCK = 0x7469_6465_6C61
"""The advisory lock that says which relay works."""

STOPPED_AFTER_MILLISECONDS = 1500
"""A relay that works asks every 100 ms: one silent for so long is stopped or cut off, and the database ends its session and lock."""

ANSWER_SECONDS = 10.0
"""Longest wait for the database before its connection counts as dead."""

# Sequential scans are off: where statistics are old, the planner would read whole partitions for a handful of new rows.
SETTINGS = {
    "application_name": "tidemark relay",
    "idle_session_timeout": str(STOPPED_AFTER_MILLISECONDS),
    "idle_in_transaction_session_timeout": str(STOPPED_AFTER_MILLISECONDS),
    "enable_seqscan": "off",
    "jit": "off",
}

# In order of id, each topic counted up from where it stood; `place` counts from the end, so the topic's new last number gives the others.
NUMBER = """
WITH batch AS MATERIALIZED (
    SELECT id, created_at, topic, row_number() OVER (PARTITION BY topic ORDER BY id DESC) AS place
    FROM (SELECT id, created_at, topic FROM events WHERE sequence IS NULL ORDER BY id LIMIT $1) AS unnumbered
), given AS (
    INSERT INTO topics AS t (topic, sequence) SELECT topic, count(*) FROM batch GROUP BY topic
    ON CONFLICT (topic) DO UPDATE SET sequence = t.sequence + excluded.sequence
    RETURNING topic, sequence
)
UPDATE events SET sequence = given.sequence - batch.place + 1
FROM batch JOIN given USING (topic)
WHERE events.id = batch.id AND events.created_at = batch.created_at AND events.sequence IS NULL
RETURNING (SELECT epoch FROM installation) AS epoch, events.topic, events.sequence, events.kind, events.ids::text AS ids, events.created_at
"""

TAKE_HINTS = "DELETE FROM hints WHERE id IN (SELECT id FROM hints ORDER BY id LIMIT $1) RETURNING topic"


class Outbox:
    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> Self:
        """Raises OSError or asyncpg's errors where the database cannot be had."""
        return cls(await asyncpg.connect(url, timeout=ANSWER_SECONDS, command_timeout=ANSWER_SECONDS, server_settings=SETTINGS))

    async def close(self) -> None:
        self._connection.terminate()

    async def lock(self) -> bool:
        """Whether the lock is ours now: until the connection ends."""
        return bool(await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK))

    async def number(self, most: int) -> list[Delivered]:
        """Gives committed events their sequence, and commits it. In order by topic and sequence."""
        rows = await self._connection.fetch(NUMBER, most)
        rows.sort(key=lambda row: (row["topic"], row["sequence"]))
        return [delivered(row) for row in rows]

    async def take_hints(self, most: int) -> list[str]:
        return [row["topic"] for row in await self._connection.fetch(TAKE_HINTS, most)]


def delivered(row: asyncpg.Record) -> Delivered:
    """A row with `epoch`, `topic`, `sequence`, `kind`, `ids` (as text) and `created_at`."""
    return Delivered(Cursor(row["epoch"], row["sequence"]), row["topic"], row["kind"], orjson.loads(row["ids"]), row["created_at"])
