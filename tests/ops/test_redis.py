"""Commands that are cancelled: whoever asks next on that connection gets an answer of their own. And a Redis that is away, or silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
from redis.asyncio import Redis

from bench.links import Link, to_socket
from ops.redis import REDIS_AWAY, redis_client
from ops.settings import settings
from tests.support.ceiling import CEILING_SECONDS
from web.together import settled

ASKERS = 60


@pytest.mark.parametrize("seed", range(8))
async def test_a_storm_of_cancellations_mixes_up_no_answers_and_swallows_none(redis: Redis, seed: int) -> None:
    await a_storm(redis, Random(seed))


async def a_storm(redis: Redis, chance: Random) -> None:
    for n in range(ASKERS):
        await redis.set(f"key:{n}", str(n))
    swallowed: set[asyncio.Task[None]] = set()

    async def ask(n: int) -> None:
        while asyncio.current_task() not in swallowed:
            assert await redis.get(f"key:{n}") == str(n).encode()
            assert await redis.strlen(f"key:{n}") == len(str(n))

    for _ in range(5):
        asking = [asyncio.create_task(ask(n)) for n in range(ASKERS)]
        for task in chance.sample(asking, ASKERS):
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)
            task.cancel()
        ended, swallowed = await asyncio.wait(asking, timeout=CEILING_SECONDS)

        assert not swallowed
        assert all(task.cancelled() for task in ended)
    for n in range(ASKERS):
        assert await redis.get(f"key:{n}") == str(n).encode()


async def test_fields_that_are_begun_together_may_ask_it(redis: Redis) -> None:
    told: dict[str, Any] = {}

    async def asked(name: str) -> bytes | str:
        return await redis.echo(name)

    await settled(None, [(asked(name), told, name, lambda value, *_: value) for name in ("one", "other")])

    assert told == {"one": b"one", "other": b"other"}


async def test_who_was_cancelled_and_goes_on_is_answered(redis: Redis) -> None:
    async def tidying_up() -> bytes | str:
        try:
            await asyncio.Event().wait()
        finally:
            return await redis.echo("farewell")  # noqa: B012 - as a task that is cancelled says farewell

    task = asyncio.create_task(tidying_up())
    await asyncio.sleep(0)
    task.cancel()

    assert await task == b"farewell"


@pytest.fixture
async def link(redis: Redis) -> AsyncIterator[Link]:
    async with Link(to_socket(settings().redis_url.removeprefix("unix://").partition("?")[0])) as between:
        yield between


@pytest.fixture
async def far(link: Link) -> AsyncIterator[Redis]:
    """Over the link."""
    async with redis_client(f"redis://127.0.0.1:{link.port}/0") as client:
        await client.ping()
        yield client


async def test_a_redis_that_restarts_is_asked_again_until_it_answers(link: Link, far: Redis) -> None:
    link.refuses = True
    link.cut()

    async def healing() -> None:
        await asyncio.sleep(0.1)
        link.heal()

    answer, _ = await asyncio.gather(far.echo("there?"), healing())

    assert answer == b"there?"


async def test_who_asks_a_redis_that_answers_nothing_hears_of_it_in_time(link: Link, far: Redis) -> None:
    link.hold()

    async with asyncio.timeout(CEILING_SECONDS):
        for _ in range(2):
            with pytest.raises(REDIS_AWAY):
                await far.echo("there?")
    link.heal()

    assert await far.echo("there?") == b"there?"
