import asyncio
import random
import time

import asyncpg
import pytest
from redis.asyncio import Redis
from tortoise.transactions import in_transaction

from models.event import Event, Hint
from ops.database import sql
from ops.settings import settings
from realtime.outbox import LOCK
from realtime.stream import Stream
from realtime.topics import BOARD, TASKS, WAKE_CHANNEL, hint_channel, stream_key, user_topic
from tests.realtime.support import (
    KIND,
    a_hub,
    a_locked_outbox,
    a_relay,
    commit,
    commit_and_carry,
    eventually,
    live,
    nothing_more,
    numbered_to,
    numbers,
    sequences,
    taken,
)
from tests.support.ceiling import CEILING_SECONDS


async def test_a_committed_event_arrives_whole_and_numbered(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(user_topic(3)) as topic:
        events = topic.since()

        async with in_transaction():
            await Event.record("VerdictIssued", [user_topic(3), BOARD], verdict=5, user=3)
        hub.broker.wake()

        [event] = await taken(events, 1)
        assert (event.topic, event.kind, event.ids, event.sequence) == ("user:3", "VerdictIssued", {"verdict": 5, "user": 3}, 1)
        assert event.at == await sql.value("SELECT created_at FROM events WHERE topic = 'user:3'")
        assert topic.cursor == event.cursor == await hub.position(user_topic(3))


async def test_unwoken_it_delivers_with_its_next_sweep_and_woken_it_waits_for_none(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    async def listens() -> bool:
        [(_, listeners)] = await redis.pubsub_numsub(WAKE_CHANNEL)
        return bool(listeners)

    async with live(redis) as hub, hub.joined(BOARD) as topic:
        events = topic.since()
        await commit(0, topic=BOARD)
        assert numbers(await taken(events, 1)) == [0]
        await eventually(listens)

        monkeypatch.setattr("realtime.relay.SWEEP_SECONDS", 10 * CEILING_SECONDS)

        for number in range(1, 20):
            await commit(number, topic=BOARD)
            hub.broker.wake()
            assert numbers(await taken(events, 1)) == [number]


async def test_what_rolled_back_never_happened(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as topic:
        events = topic.since()

        with pytest.raises(ZeroDivisionError):
            async with in_transaction():
                await Event.record(KIND, [BOARD], number=1)
                raise ZeroDivisionError
        await commit(2, topic=BOARD)

        assert [(event.sequence, event.ids["number"]) for event in await taken(events, 1)] == [(1, 2)]


async def test_a_lower_id_that_commits_later_comes_later_and_for_all_alike(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as topic:
        beginning, events = topic.cursor, topic.since()

        async with in_transaction():
            await Event.record(KIND, [BOARD], number=1)
            await asyncio.create_task(_on_a_connection_of_its_own(2))
            assert numbers(await taken(events, 1)) == [2]
        assert numbers(await taken(events, 1)) == [1]

        async with hub.joined(BOARD) as again:
            assert numbers(await taken(again.since(beginning), 2)) == [2, 1]


async def _on_a_connection_of_its_own(number: int) -> None:
    connection = await asyncpg.connect(settings().database_url)
    await connection.execute(
        "INSERT INTO events (topic, kind, ids) VALUES ('board', $1, jsonb_build_object('number', $2::int))", KIND, number
    )
    await connection.close()


async def test_under_concurrent_committers_every_event_comes_once_and_in_the_order_of_its_topic(redis: Redis) -> None:
    chance = random.Random(7)

    async def committer(first: int) -> None:
        for number in range(first, first + 10):
            async with in_transaction():
                await Event.record(KIND, [BOARD, user_topic(1)], number=number)
                await asyncio.sleep(chance.random() * 0.02)
            hub.broker.wake()

    async with live(redis) as hub, hub.joined(BOARD) as board, hub.joined(user_topic(1)) as user:
        on_board, of_user = board.since(), user.since()

        await asyncio.gather(*(committer(10 * each) for each in range(20)))

        seen = await taken(on_board, 200), await taken(of_user, 200)
        for events in seen:
            assert sequences(events) == list(range(1, 201))
            assert sorted(numbers(events)) == list(range(200))
        stored = await sql.rows("SELECT (ids->>'number')::int AS number FROM events WHERE topic = 'board' ORDER BY sequence")
        assert numbers(seen[0]) == [row["number"] for row in stored]
        assert await nothing_more(on_board, seconds=0.15)


async def test_more_than_a_batch_is_carried_in_order(redis: Redis) -> None:
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        await sql.run(
            "INSERT INTO events (topic, kind, ids) SELECT 'board', $1, jsonb_build_object('number', n) FROM generate_series(1, 1234) n",
            KIND,
        )
        beginning = topic.cursor

        async with a_relay(redis):
            await numbered_to(hub, BOARD, 1234)

        assert numbers(await taken(topic.since(beginning), 1234)) == list(range(1, 1235))


async def test_an_append_that_is_repeated_or_comes_late_is_refused_and_told_nobody(redis: Redis) -> None:
    await commit(1, 2, topic=BOARD)
    outbox = await a_locked_outbox()
    events = await outbox.number(10)
    await outbox.close()
    stream = Stream(redis)
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        following = topic.since()

        assert [await stream.append(events), await stream.append(events), await stream.append(events[:1])] == [2, 0, 0]

        assert await redis.xlen(stream_key(events[0].cursor.epoch, BOARD)) == 2
        assert await nothing_more(following)


async def test_a_stream_that_would_get_a_hole_begins_anew(redis: Redis) -> None:
    await commit_and_carry(1, 2, topic=BOARD, redis=redis)
    outbox = await a_locked_outbox()
    await commit(3, topic=BOARD)
    [lost] = await outbox.number(10)
    await commit(4, topic=BOARD)

    await Stream(redis).append(await outbox.number(10))

    entries = await redis.xrange(stream_key(lost.cursor.epoch, BOARD))
    assert [entry[0] for entry in entries or []] == [b"4-0"]
    await outbox.close()
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        beginning = type(lost.cursor)(lost.cursor.epoch, 0)
        assert numbers(await taken(topic.since(beginning), 4)) == [1, 2, 3, 4]


async def test_a_relay_stopped_after_numbering_loses_the_lock_and_what_it_tells_late_comes_only_once(redis: Redis) -> None:
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        events = topic.since()
        stopped = await a_locked_outbox()
        await commit(1, 2, topic=BOARD)
        numbered = await stopped.number(10)

        async with a_relay(redis):
            assert numbers(await taken(events, 2)) == [1, 2]
            await commit(3, topic=BOARD)
            assert numbers(await taken(events, 1)) == [3]

            assert await Stream(redis).append(numbered) == 0

            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                await stopped.number(10)
            await commit(4, topic=BOARD)
            assert [(event.sequence, event.ids["number"]) for event in await taken(events, 1)] == [(4, 4)]
            assert await nothing_more(events)
        await stopped.close()


async def test_of_several_relays_one_works_and_another_takes_over_at_once_when_it_ends(redis: Redis) -> None:
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        events = topic.since()
        async with a_relay(redis):
            async with a_relay(redis):
                await commit(1, topic=BOARD)
                assert numbers(await taken(events, 1)) == [1]
                assert (
                    await sql.value(
                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1", LOCK & 0xFFFFFFFF
                    )
                    == 1
                )
                await sql.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1",
                    LOCK & 0xFFFFFFFF,
                )
            await commit(2, 3, topic=BOARD)

            assert numbers(await taken(events, 2)) == [2, 3]
            assert await nothing_more(events)


async def test_hints_of_a_project_are_told_at_once_and_then_at_most_once_a_second(redis: Redis) -> None:
    async with live(redis) as hub:
        told: list[bytes] = []
        await hub.broker.listen(hint_channel("tasks:1"), told.append).begun()

        async def are_told(count: int) -> bool:
            return len(told) >= count and await sql.value("SELECT count(*) FROM hints") == 0

        begun = time.monotonic()
        await Hint.record("tasks:1")
        hub.broker.wake()
        await eventually(lambda: are_told(1))
        for _ in range(15):
            await Hint.record("tasks:1")
            hub.broker.wake()
            await asyncio.sleep(0.02)
        await eventually(lambda: are_told(2))
        await asyncio.sleep(1.1)

        assert set(told) == {b"tasks:1"}
        assert len(told) <= 1 + time.monotonic() - begun


async def test_a_hint_for_a_person_waits_for_nothing_and_those_of_all_projects_can_be_heard_together(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.coalescing.SECONDS", 10 * CEILING_SECONDS)
    async with live(redis) as hub, hub.hinted("work:7") as work, hub.hinted(TASKS) as tasks:
        await asyncio.sleep(0.3)
        for hints in (work, tasks):
            hints.received(b"before")
            await hints.next()

        for _ in range(3):
            await Hint.record("work:7", "access:7", "tasks:1", "tasks:2")
            hub.broker.wake()
            async with asyncio.timeout(CEILING_SECONDS):
                assert await work.next() == {"work:7"}

        heard: set[str] = set()
        async with asyncio.timeout(CEILING_SECONDS):
            while not heard >= {"tasks:1", "tasks:2"}:
                heard |= await tasks.next()


async def test_wakes_are_told_after_each_other_and_as_one_where_many_come_at_once(redis: Redis) -> None:
    async with a_hub(redis) as hub:
        heard: list[bytes] = []
        listening = hub.broker.listen(WAKE_CHANNEL, heard.append)
        await listening.begun()

        for _ in range(100):
            hub.broker.wake()

        await eventually(lambda: is_heard(heard))
        await asyncio.sleep(0.1)
        assert len(heard) == 1


async def is_heard(what: list[bytes]) -> bool:
    return bool(what)
