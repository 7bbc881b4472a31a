import asyncio
import random
from contextlib import AsyncExitStack

import orjson
import pytest
from redis.asyncio import Redis

from ops.database import sql
from realtime.cursor import Cursor, CursorExpired
from realtime.following import QUEUE
from realtime.hub import Hub, TooSlow
from realtime.topics import BOARD, CATCH_UP_CHANNEL, live_channel, user_topic
from tests.realtime.support import (
    KIND,
    a_hub,
    a_locked_outbox,
    commit,
    commit_and_carry,
    eventually,
    live,
    new_epoch,
    nothing_more,
    numbered_to,
    numbers,
    sequences,
    taken,
)


async def test_a_reader_resumes_from_every_position_and_goes_on_live(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as first:
        beginning, events = first.cursor, first.since()
        await commit(*range(1, 11), topic=BOARD)
        cursors = [beginning, *(event.cursor for event in await taken(events, 10))]
        resumed = []
        async with AsyncExitStack() as stack:
            for cursor in cursors:
                topic = await stack.enter_async_context(hub.joined(BOARD))
                following = topic.since(Cursor.parse(str(cursor)))
                assert numbers(await taken(following, 10 - cursor.sequence)) == list(range(cursor.sequence + 1, 11))
                resumed.append(following)

            await commit(11, topic=BOARD)

            for following in resumed:
                assert numbers(await taken(following, 1)) == [11]


async def test_what_is_kept_for_those_who_come_back_together_is_little_wherever_they_come_from(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.source.MOST_KEPT", 27)
    async with a_hub(redis) as hub:
        async with hub.joined(BOARD) as joined:
            start = joined.cursor
            await commit_and_carry(*range(10), topic=BOARD, redis=redis)
            assert numbers(await taken(joined.since(), 10)) == list(range(10))

            for sequence in range(10):
                async with hub.joined(BOARD) as other:
                    following = other.since(Cursor(start.epoch, start.sequence + sequence))
                    assert numbers(await taken(following, 10 - sequence)) == list(range(sequence, 10))

            # Of ten, nine and eight events; of the rest only what a page of so many leaves room for.
            assert hub._sources[BOARD]._kept == sum(len(page.result()) for page in hub._sources[BOARD]._pages.values()) == 27


async def test_a_crowd_that_comes_back_from_many_places_costs_a_read_for_each_of_them(redis: Redis) -> None:
    async with a_hub(redis) as hub:
        async with hub.joined(BOARD) as joined:
            start = joined.cursor
            await commit_and_carry(*range(60), topic=BOARD, redis=redis)
            assert numbers(await taken(joined.since(), 60)) == list(range(60))
            source = hub._sources[BOARD]
            places = [Cursor(start.epoch, start.sequence + sequence) for sequence in range(60)]

            pages = [await asyncio.gather(*(source.page(place) for place in places)) for _ in range(2)]

            # The second time nothing is read anew: they are the same objects.
            assert all(one is other for one, other in zip(*pages, strict=True))


async def test_without_a_cursor_the_past_stays_past(redis: Redis) -> None:
    async with live(redis) as hub:
        await commit_and_wait(hub, 1, 2)

        async with hub.joined(BOARD) as topic:
            events = topic.since()
            await commit(3, topic=BOARD)

            assert numbers(await taken(events, 1)) == [3]


async def test_what_happens_between_joining_and_reading_is_not_missed(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as topic:
        await commit_and_wait(hub, 1, 2, 3)

        assert numbers(await taken(topic.since(), 3)) == [1, 2, 3]


async def test_topics_are_apart(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(user_topic(1)) as one, hub.joined(user_topic(2)) as two:
        of_one, of_two = one.since(), two.since()

        await commit(1, topic=user_topic(1))
        await commit(2, topic=user_topic(2))

        assert numbers(await taken(of_one, 1)) == [1]
        assert numbers(await taken(of_two, 1)) == [2]
        assert await nothing_more(of_one, seconds=0.15)


async def test_with_redis_flushed_the_past_comes_from_the_table(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as topic:
        beginning, events = topic.cursor, topic.since()
        await commit(1, 2, 3, topic=BOARD)
        await taken(events, 3)
        await redis.flushall()

        async with hub.joined(BOARD) as again:
            resumed = again.since(beginning)
            assert numbers(await taken(resumed, 3)) == [1, 2, 3]
            await commit(4, 5, topic=BOARD)
            assert numbers(await taken(resumed, 2)) == numbers(await taken(events, 2)) == [4, 5]

        async with hub.joined(BOARD) as later:
            assert numbers(await taken(later.since(Cursor(beginning.epoch, 1)), 4)) == [2, 3, 4, 5]


async def test_a_past_longer_than_a_page_comes_whole_also_where_the_stream_begins_late(redis: Redis) -> None:
    await sql.run(
        "INSERT INTO events (topic, kind, ids) SELECT 'board', $1, jsonb_build_object('number', n) FROM generate_series(1, 700) n", KIND
    )
    await commit_and_carry(topic=BOARD, redis=redis)
    await redis.flushall()
    await commit_and_carry(*range(701, 711), topic=BOARD, redis=redis)
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        beginning = Cursor(topic.cursor.epoch, 0)

        assert numbers(await taken(topic.since(beginning), 710)) == list(range(1, 711))


async def test_a_cursor_of_another_numbering_is_expired(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as topic:
        epoch = topic.cursor.epoch
        for strange in (Cursor("another", 0), Cursor(epoch, 99)):
            with pytest.raises(CursorExpired):
                await taken(topic.since(strange), 1)


async def test_numbering_that_begins_anew_ends_those_who_follow_and_refuses_their_cursors(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as topic:
        old, events = topic.cursor.epoch, topic.since()
        await commit(1, 2, topic=BOARD)
        last = (await taken(events, 2))[-1].cursor
        try:
            await new_epoch("anew")
            await sql.run("TRUNCATE topics")
            await sql.run("DELETE FROM events")
            waiting = asyncio.create_task(taken(events, 1))
            await asyncio.sleep(0)

            await commit(7, topic=BOARD)

            with pytest.raises(CursorExpired):
                await waiting
            with pytest.raises(CursorExpired):
                await taken(topic.since(last), 1)
            async with hub.joined(BOARD) as again:
                following = again.since(Cursor("anew", 0))
                assert [(event.cursor, event.ids["number"]) for event in await taken(following, 1)] == [(Cursor("anew", 1), 7)]
                await commit(8, topic=BOARD)
                assert numbers(await taken(following, 1)) == [8]
        finally:
            await new_epoch(old)


async def test_a_late_message_of_the_old_numbering_troubles_nobody(redis: Redis) -> None:
    async with live(redis) as hub:
        message = orjson.dumps(["bygone", [[99, KIND, {"number": 99}, "2026-01-01T00:00:00+00:00"]]])
        async with hub.joined(BOARD) as topic:
            events = topic.since()

            await redis.publish(live_channel(BOARD), message)
            await commit(1, topic=BOARD)

            assert numbers(await taken(events, 1)) == [1]
            assert await nothing_more(events, seconds=0.15)


async def test_a_past_that_is_kept_no_more_is_expired_and_what_is_kept_is_not(redis: Redis) -> None:
    await commit_and_carry(1, 2, 3, 4, topic=BOARD, redis=redis)
    await redis.flushall()
    await sql.run("DELETE FROM events WHERE sequence <= 2")
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        epoch = topic.cursor.epoch

        for gone in (0, 1):
            with pytest.raises(CursorExpired):
                await taken(topic.since(Cursor(epoch, gone)), 1)

        assert numbers(await taken(topic.since(Cursor(epoch, 2)), 2)) == [3, 4]


async def test_a_cursor_from_the_table_may_be_ahead_of_what_was_heard(redis: Redis) -> None:
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        await commit_and_carry(1, 2, topic=BOARD, redis=redis)
        ahead = await hub.position(BOARD)

        following = topic.since(ahead)
        await commit_and_carry(3, topic=BOARD, redis=redis)

        assert numbers(await taken(following, 1)) == [3]


async def test_who_reads_too_slowly_is_ended_and_the_others_go_on(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as one, hub.joined(BOARD) as other:
        slow, quick = one.since(), other.since()
        await commit(0, topic=BOARD)
        await taken(slow, 1)
        seen = await taken(quick, 1)

        for first in range(1, QUEUE + 100, 50):
            await commit(*range(first, first + 50), topic=BOARD)
            seen += await taken(quick, 50)

        assert sequences(seen) == list(range(1, len(seen) + 1))
        with pytest.raises(TooSlow):
            await taken(slow, 1)
        async with hub.joined(BOARD) as again:
            assert sequences(await taken(again.since(slow.cursor), len(seen) - 1)) == list(range(2, len(seen) + 1))


async def test_a_missed_message_is_noticed_by_the_next_and_read_from_the_past(redis: Redis) -> None:
    async with a_hub(redis) as hub, hub.joined(BOARD) as topic:
        events = topic.since()
        await commit_and_carry(1, topic=BOARD, redis=redis)
        await taken(events, 1)
        await commit_unheard(2, 3)

        await commit_and_carry(4, topic=BOARD, redis=redis)

        assert numbers(await taken(events, 3)) == [2, 3, 4]


async def commit_unheard(*numbers: int) -> None:
    """Numbered, and then the relay fell."""
    await commit(*numbers, topic=BOARD)
    outbox = await a_locked_outbox()
    await outbox.number(10)
    await outbox.close()


async def test_many_who_are_cut_off_at_any_moment_leave_nothing_behind(redis: Redis) -> None:
    chance = random.Random(11)

    async def subscriber(hub: Hub, each: int) -> None:
        topic = BOARD if each % 3 else user_topic(each % 7)
        async with hub.joined(topic) as joined, hub.hinted("tasks:1", f"work:{each % 5}") as hints:
            looking = asyncio.ensure_future(hints.next())
            try:
                async for _ in joined.since(Cursor(joined.cursor.epoch, 0)):
                    await asyncio.sleep(0)
            finally:
                looking.cancel()

    async with live(redis) as hub:
        await commit(*range(20), topic=BOARD)
        tasks: set[asyncio.Task[None]] = set()
        ended: list[asyncio.Task[None]] = []
        for each in range(600):
            tasks.add(asyncio.create_task(subscriber(hub, each)))
            if chance.random() < 0.3:
                await asyncio.sleep(chance.random() * 0.005)
            for task in chance.sample(sorted(tasks, key=id), len(tasks) // 2):
                task.cancel()
                tasks.discard(task)
                ended.append(task)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *ended, return_exceptions=True)

        assert hub.is_idle
        assert hub.broker.channels == {CATCH_UP_CHANNEL}

        async def is_nobody_subscribed() -> bool:
            return not await redis.pubsub_channels("tidemark:live:*") and not await redis.pubsub_channels("tidemark:hint:*")

        await eventually(is_nobody_subscribed)


async def test_a_topic_is_left_in_redis_with_its_last_reader_and_joined_anew_by_the_next(redis: Redis) -> None:
    async with live(redis) as hub:
        async with hub.joined(BOARD):
            async with hub.joined(BOARD):
                assert await redis.pubsub_numsub(live_channel(BOARD)) == [(live_channel(BOARD).encode(), 1)]
            assert not hub.is_idle
        for number in range(20):
            async with hub.joined(BOARD) as topic:
                events = topic.since()
                await commit(number, topic=BOARD)
                hub.broker.wake()
                assert numbers(await taken(events, 1)) == [number]


async def commit_and_wait(hub: Hub, *numbers: int) -> None:
    before = (await hub.position(BOARD)).sequence
    await commit(*numbers, topic=BOARD)
    await numbered_to(hub, BOARD, before + len(numbers))
