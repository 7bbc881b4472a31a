import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from redis.asyncio import Redis

from jobs.relaying import DAYS_AHEAD, DAYS_KEPT, keep_days, relay_events
from models.event import Event
from ops.database import sql
from ops.settings import settings
from realtime.cursor import Cursor, CursorExpired
from realtime.topics import BOARD
from tests.realtime.support import a_hub, commit_and_carry, numbers, sequences, taken
from tests.support.ceiling import CEILING_SECONDS


@pytest.fixture
async def today() -> date:
    day: date = await sql.value("SELECT (now() AT TIME ZONE 'UTC')::date")
    return day


@pytest.fixture
async def no_days(today: date) -> AsyncIterator[None]:
    """Only the default partition, as on a machine whose worker was away for long."""
    for name in await partitions():
        if name != "events_default":
            await sql.run(f"DROP TABLE {name}")
    yield
    await sql.run("TRUNCATE events")
    await keep_days()


async def partitions() -> set[str]:
    return {
        row["name"]
        for row in await sql.rows(
            "SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'events'::regclass"
        )
    }


def of(*days: date) -> set[str]:
    return {f"events_{day:%Y%m%d}" for day in days}


@pytest.mark.usefixtures("no_days")
async def test_days_are_made_ahead_and_take_along_what_fell_into_the_default(today: date, redis: Redis) -> None:
    await commit_and_carry(1, 2, topic=BOARD, redis=redis)
    await Event.record("BalanceChanged", [BOARD], number=3)

    await asyncio.gather(keep_days(), keep_days())

    assert await partitions() == {"events_default"} | of(*(today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)))
    assert await sql.value("SELECT count(*) FROM events_default") == 0
    await redis.flushall()
    await commit_and_carry(4, topic=BOARD, redis=redis)
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        assert numbers(await taken(topic.since(Cursor(topic.cursor.epoch, 0)), 4)) == [1, 2, 3, 4]


@pytest.mark.usefixtures("no_days")
async def test_days_older_than_the_past_that_is_kept_are_dropped_with_their_cursors(today: date, redis: Redis) -> None:
    oldest, too_old = today - timedelta(days=DAYS_KEPT), today - timedelta(days=DAYS_KEPT + 1)
    for day in (too_old, oldest):
        await sql.run(
            f"CREATE TABLE events_{day:%Y%m%d} PARTITION OF events FOR VALUES FROM ('{day}T00:00Z') TO ('{day + timedelta(days=1)}T00:00Z')"
        )
        await sql.run(
            "INSERT INTO events (topic, kind, ids, created_at) VALUES ('board', 'K', '{\"number\": 1}', $1::date + interval '12 hours')",
            day,
        )
    await commit_and_carry(1, topic=BOARD, redis=redis)
    await redis.flushall()

    await keep_days()

    assert of(oldest) <= await partitions()
    assert not of(too_old) & await partitions()
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        epoch = topic.cursor.epoch
        with pytest.raises(CursorExpired):
            await taken(topic.since(Cursor(epoch, 0)), 1)
        assert sequences(await taken(topic.since(Cursor(epoch, 1)), 2)) == [2, 3]


@pytest.mark.usefixtures("no_days")
async def test_the_duty_relays_and_keeps_days_until_it_is_stopped(redis: Redis, today: date) -> None:
    stop = asyncio.Event()
    duty = asyncio.create_task(relay_events(settings().database_url, redis, stop))
    try:
        async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
            events = topic.since()
            recorded = 0

            while not of(today) <= await partitions():
                await Event.record("BalanceChanged", [BOARD], number=recorded)
                recorded += 1

            assert numbers(await taken(events, recorded)) == list(range(recorded))
    finally:
        stop.set()
        async with asyncio.timeout(CEILING_SECONDS):
            await duty
