import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from ops.embedded import EmbeddedRedis
from ops.redis import redis_client
from realtime.broker import Broker
from realtime.hub import Hub
from realtime.topics import BOARD, CATCH_UP_CHANNEL, user_topic
from tests.realtime.support import a_hub, a_relay, commit, eventually, live, nothing_more, numbers, sequences, taken
from tests.support.ceiling import CEILING_SECONDS
from tests.support.servers import postgres


@pytest.fixture
async def mortal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedRedis]:
    """A Redis that a test may kill."""
    server = EmbeddedRedis(tmp_path_factory.mktemp("r", numbered=True))
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


@pytest.fixture
async def its_client(mortal: EmbeddedRedis) -> AsyncIterator[Redis]:
    client = redis_client(mortal.url)
    yield client
    await client.aclose()


async def restart(server: EmbeddedRedis) -> None:
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)


async def test_redis_killed_and_started_again_loses_nothing_and_doubles_nothing(mortal: EmbeddedRedis, its_client: Redis) -> None:
    async with live(its_client) as hub, hub.joined(BOARD) as board, hub.joined(user_topic(1)) as user, hub.hinted("work:1") as hints:
        on_board, of_user = board.since(), user.since()
        await commit(1, topic=BOARD)
        beginning = (await taken(on_board, 1))[0].cursor

        mortal.kill()
        await commit(2, 3, topic=BOARD)
        await commit(4, topic=user_topic(1))
        await asyncio.sleep(0.1)
        await restart(mortal)
        await commit(5, topic=BOARD)

        events = await taken(on_board, 3)
        assert (numbers(events), sequences(events)) == ([2, 3, 5], [2, 3, 4])
        assert numbers(await taken(of_user, 1)) == [4]
        async with asyncio.timeout(CEILING_SECONDS):
            assert await hints.next() == {"work:1"}
        assert await nothing_more(on_board)
        async with hub.joined(BOARD) as again:
            assert numbers(await taken(again.since(beginning), 3)) == [2, 3, 5]


async def test_who_joins_while_redis_is_away_waits_for_it_and_then_misses_nothing(mortal: EmbeddedRedis, its_client: Redis) -> None:
    async with live(its_client) as hub, hub.joined(BOARD) as topic:
        start = topic.cursor
        mortal.kill()

        async def joins() -> list[int]:
            async with hub.joined(user_topic(9)) as mine, hub.joined(BOARD) as board:
                return numbers(await taken(mine.since(start), 1)) + numbers(await taken(board.since(start), 2))

        joining = asyncio.create_task(joins())
        await commit(1, topic=user_topic(9))
        await commit(2, 3, topic=BOARD)
        await restart(mortal)

        async with asyncio.timeout(CEILING_SECONDS):
            assert await joining == [1, 2, 3]


async def test_a_connection_that_breaks_while_redis_lives_is_made_anew_and_what_came_meanwhile_arrives(redis: Redis) -> None:
    async with live(redis) as hub, hub.joined(BOARD) as topic:
        events = topic.since()
        seen: list[int] = []

        for number in range(10):
            await redis.client_kill_filter(_type="pubsub")
            await commit(number, topic=BOARD)
            hub.broker.wake()
            await asyncio.sleep(0.01)
            seen += numbers(await taken(events, 1))

        assert seen == list(range(10))
        assert await nothing_more(events, seconds=0.15)


async def test_a_redis_that_is_silent_is_given_up(mortal: EmbeddedRedis, its_client: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.line.PING_SECONDS", 0.1)
    gaps: list[str] = []
    async with Broker(its_client) as broker:
        broker.gaps.append(lambda: gaps.append("gap"))
        await broker.listen("any", lambda _: None).begun()
        assert gaps == ["gap"]
        pid = int(mortal.pid_file.read_text())

        with capture_logs() as lines:
            os.kill(pid, signal.SIGSTOP)
            try:
                await eventually(lambda: is_given_up(lines))
            finally:
                os.kill(pid, signal.SIGCONT)

        async with asyncio.timeout(CEILING_SECONDS):
            while len(gaps) < 2:  # noqa: ASYNC110 - the broker tells no one else
                await asyncio.sleep(0.01)


async def is_given_up(lines: Sequence[Mapping[str, Any]]) -> bool:
    return any(line["event"] == "pub/sub connection lost" for line in lines)


async def test_postgres_restarted_loses_nothing_and_the_relay_takes_its_lock_anew(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.past.PATIENCE_SECONDS", CEILING_SECONDS)
    async with live(redis) as hub, hub.joined(BOARD) as topic:
        events = topic.since()
        await commit(1, topic=BOARD)
        await taken(events, 1)

        await asyncio.to_thread(postgres.stop)
        joining = asyncio.create_task(_all_after(hub, 3))
        await asyncio.sleep(0.15)
        await asyncio.to_thread(postgres.start)
        await _committed_as_soon_as_it_is_back(2)
        await commit(3, topic=BOARD)

        seen = await taken(events, 2)
        assert (numbers(seen), sequences(seen)) == ([2, 3], [2, 3])
        assert await joining == [1, 2, 3]


async def _all_after(hub: Hub, count: int) -> list[int]:
    async with hub.joined(user_topic(5)), hub.joined(BOARD) as topic:
        beginning = type(topic.cursor)(topic.cursor.epoch, 0)
        return numbers(await taken(topic.since(beginning), count))


async def _committed_as_soon_as_it_is_back(number: int) -> None:
    async with asyncio.timeout(CEILING_SECONDS):
        while True:
            try:
                return await commit(number, topic=BOARD)
            except Exception:
                await asyncio.sleep(0.02)


async def test_relay_and_hub_end_soon_also_while_redis_is_away(mortal: EmbeddedRedis, its_client: Redis) -> None:
    async with asyncio.timeout(CEILING_SECONDS):
        async with a_hub(its_client) as hub:
            async with a_relay(its_client), hub.joined(BOARD):
                mortal.kill()
                await asyncio.sleep(0.05)
            assert hub.is_idle
            assert hub.broker.channels == {CATCH_UP_CHANNEL}
