"""The worker's duty of carrying events: runs the relay, and keeps the days of the events' table.

Each day is a partition, made some days ahead and dropped when it is older than what is kept: so nothing is ever deleted row by row.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from datetime import date, timedelta

import asyncpg
import structlog
from redis.asyncio import Redis
from tortoise.transactions import in_transaction

from ops.database import sql
from realtime.past import DATABASE_AWAY
from realtime.relay import Relay

DAYS_KEPT = 14
"""The contract's: a cursor is good for so long."""
DAYS_AHEAD = 3
"""A worker that is down over a weekend leaves no day without its partition."""
HOUSEKEEPING_SECONDS = 3600.0

KEEP_LOCK = 0x7469_6465_6461
"""The advisory lock of whoever makes and drops days."""

LOCK_WAIT = "2s"
"""Writers queue behind us while we wait for a table: rather give up, and come again in an hour."""

PARTITIONS = """
SELECT child.relname AS name, pg_get_expr(child.relpartbound, child.oid) = 'DEFAULT' AS is_default
FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid WHERE inhparent = 'events'::regclass
"""
NAME = re.compile(r"events_(\d{8})", re.ASCII)

log = structlog.get_logger(__name__)


async def relay_events(database_url: str, redis: Redis, stop: asyncio.Event) -> None:
    """Until `stop`, whatever becomes of Redis and PostgreSQL meanwhile. The process is connected to the database."""
    async with asyncio.TaskGroup() as both:
        both.create_task(Relay(database_url, redis).run(stop))
        both.create_task(_keep_days_by_the_hour(stop))


async def keep_days() -> None:
    """Makes the partitions of today and the next days, and drops those that are too old. Any number of processes may call it at once."""
    today: date = await sql.value("SELECT (now() AT TIME ZONE 'UTC')::date")
    for ahead in range(DAYS_AHEAD + 1):
        await _make(today + timedelta(days=ahead))
    await _drop_before(today - timedelta(days=DAYS_KEPT))


async def _keep_days_by_the_hour(stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await keep_days()
        except (asyncpg.LockNotAvailableError, *DATABASE_AWAY) as error:
            log.warning("days of events not kept", error=repr(error))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HOUSEKEEPING_SECONDS):
                await stop.wait()


async def _make(day: date) -> None:
    """Made beside the table and then attached, which stops writers for a moment only; takes along what fell into the default."""
    name = f"events_{day:%Y%m%d}"
    if name in await _days():
        return
    async with in_transaction():
        await _take_turn()
        names = {row["name"]: row["is_default"] for row in await sql.rows(PARTITIONS)}
        if name in names:
            return
        # Or a row on its way to the default partition would be refused there, and its writer's transaction with it.
        await sql.run("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE")
        await sql.run(f"CREATE TABLE {name} (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)")
        bounds = f"'{day}T00:00:00Z'", f"'{day + timedelta(days=1)}T00:00:00Z'"
        for default in (partition for partition, is_default in names.items() if is_default):
            await sql.run(
                f"WITH moved AS (DELETE FROM {default} WHERE created_at >= {bounds[0]} AND created_at < {bounds[1]} RETURNING *)"  # noqa: S608
                f" INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM moved"
            )
        await sql.run(f"ALTER TABLE events ATTACH PARTITION {name} FOR VALUES FROM ({bounds[0]}) TO ({bounds[1]})")
    log.info("day of events made", partition=name)


async def _drop_before(first_kept: date) -> None:
    for name, day in (await _days()).items():
        if day < first_kept:
            async with in_transaction():
                await _take_turn()
                await sql.run(f"DROP TABLE IF EXISTS {name}")
            log.info("day of events dropped", partition=name)


async def _days() -> dict[str, date]:
    """Partitions by name, each with its day."""
    names = [row["name"] for row in await sql.rows(PARTITIONS)]
    return {name: date.fromisoformat(match[1]) for name in names if (match := NAME.fullmatch(name))}


async def _take_turn() -> None:
    await sql.run(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
    await sql.run("SELECT pg_advisory_xact_lock($1)", KEEP_LOCK)
