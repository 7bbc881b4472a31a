import asyncio
from contextlib import AsyncExitStack
from typing import Any

import orjson
import pytest
from redis.asyncio import Redis

from realtime.presence import BEATS, PERSONS, RETURN_SECONDS, Presence
from tests.realtime.support import a_hub, eventually
from tests.support.ceiling import CEILING_SECONDS


async def names(presence: Presence) -> list[tuple[int, str]]:
    return [(person.user_id, person.display_name) for person in await presence.who()]


async def gone(presence: Presence, user_id: int) -> None:
    async def is_gone() -> bool:
        return user_id not in [person.user_id for person in await presence.who()]

    await eventually(is_gone)


async def beats_of(redis: Redis, user_id: int) -> list[bytes]:
    persons: Any = await redis.hgetall(PERSONS)
    return [beat for beat, person in persons.items() if orjson.loads(person)[0] == user_id]


async def test_a_moderator_is_present_once_while_any_of_their_boards_is_open(redis: Redis) -> None:
    async with a_hub(redis) as hub:
        presence = Presence(hub)
        async with presence.present(2, 'Bo "B" [1]'), AsyncExitStack() as second_board:
            async with presence.present(1, "Ada"):
                await second_board.enter_async_context(presence.present(1, "Ada"))
                assert sorted(await names(presence)) == [(1, "Ada"), (2, 'Bo "B" [1]')]
            await asyncio.sleep(0.05)
            assert sorted(await names(presence)) == [(1, "Ada"), (2, 'Bo "B" [1]')]

            await second_board.aclose()

            await gone(presence, 1)
            assert await names(presence) == [(2, 'Bo "B" [1]')]
        await gone(presence, 2)
        assert await redis.exists(BEATS, PERSONS) == 0


async def test_a_process_that_died_is_gone_when_its_beats_are_over(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.presence.SETTLE_SECONDS", 0.05)
    async with a_hub(redis) as hub:
        presence = Presence(hub)
        async with presence.present(1, "Ada"), presence.changes() as changes:
            async with presence.present(2, "Bo"):
                assert [person.user_id for person in await asyncio.wait_for(anext(changes), CEILING_SECONDS)] == [1, 2]
                [dead] = await beats_of(redis, 2)

                await redis.zadd(BEATS, {dead: 1})

                assert await names(presence) == [(1, "Ada")]
                assert [person.user_id for person in await asyncio.wait_for(anext(changes), CEILING_SECONDS)] == [1]


async def test_beats_go_on_and_heal_a_flushed_redis(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.presence.BEAT_SECONDS", 0.05)
    async with a_hub(redis) as hub:
        presence = Presence(hub)
        async with presence.present(1, "Ada"):
            since = (await presence.who())[0].since
            await redis.zadd(BEATS, dict.fromkeys(await beats_of(redis, 1), 4_000_000_000.0))

            async def has_beaten() -> bool:
                return await redis.zcount(BEATS, 4_000_000_000, "+inf") == 0

            await eventually(has_beaten)
            assert (await presence.who())[0].since == since

            await redis.flushall()

            await eventually(lambda: are_present(presence, 1))
            assert await names(presence) == [(1, "Ada")]


async def test_a_page_that_is_loaded_anew_is_nobodys_news_but_a_join_and_a_leave_are(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.presence.SETTLE_SECONDS", 0.05)
    async with a_hub(redis) as hub:
        presence = Presence(hub)
        async with presence.present(1, "Ada"), presence.changes() as changes:
            async with presence.present(2, "Bo"):
                assert [person.user_id for person in await asyncio.wait_for(anext(changes), CEILING_SECONDS)] == [1, 2]
                # Longer than a busy machine takes for a leave and a join.
                monkeypatch.setattr("realtime.presence.SETTLE_SECONDS", 2.0)
                news = asyncio.ensure_future(anext(changes))
            async with presence.present(2, "Bo"):
                await asyncio.sleep(2.5)
                assert not news.done()

            assert [person.user_id for person in await asyncio.wait_for(news, CEILING_SECONDS)] == [1]


async def test_who_leaves_because_their_process_restarts_is_expected_back_for_a_while(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.presence.SETTLE_SECONDS", 0.05)
    async with a_hub(redis) as hub, a_hub(redis) as other_hub:
        staying, restarting = Presence(hub), Presence(other_hub)
        async with staying.present(1, "Ada"):
            async with restarting.present(2, "Bo"):
                await eventually(lambda: are_present(staying, 1, 2))
                restarting.restart()
            await restarting.close()

            assert await are_present(staying, 1, 2)
            [beat] = await beats_of(redis, 2)
            assert 0 < (await redis.zscore(BEATS, beat) or 0) - (await redis.time())[0] <= RETURN_SECONDS
            await redis.zadd(BEATS, {beat: 1})
            assert await are_present(staying, 1)


async def are_present(presence: Presence, *user_ids: int) -> bool:
    return [person.user_id for person in await presence.who()] == list(user_ids)


async def test_who_is_cut_off_leaves_all_the_same(redis: Redis) -> None:
    async with a_hub(redis) as hub:
        presence = Presence(hub)

        async def board() -> None:
            async with presence.present(3, "Cy"):
                await asyncio.sleep(60)

        boards = [asyncio.create_task(board()) for _ in range(20)]
        for each, task in enumerate(boards):
            await asyncio.sleep(0.001 * (each % 3))
            task.cancel()
        await asyncio.gather(*boards, return_exceptions=True)

        await gone(presence, 3)
        assert await redis.exists(BEATS, PERSONS) == 0
