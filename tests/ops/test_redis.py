"""Commands that are cancelled: whoever asks next on that connection gets an answer of their own."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from redis.asyncio import Redis

from tests.support.ceiling import CEILING_SECONDS

ASKERS = 60


@pytest.mark.parametrize("seed", range(8))
async def test_a_storm_of_cancellations_mixes_up_no_answers_and_swallows_none(redis: Redis, seed: int) -> None:
    chance = Random(seed)
    await redis.mset({f"key:{n}": str(n) for n in range(ASKERS)})

    async def ask(n: int) -> None:
        while True:
            assert await redis.get(f"key:{n}") == str(n).encode()
            assert await redis.echo(f"{n}") == str(n).encode()

    async with asyncio.timeout(CEILING_SECONDS):
        for _ in range(5):
            asking = [asyncio.create_task(ask(n)) for n in range(ASKERS)]
            for task in chance.sample(asking, ASKERS):
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
                task.cancel()
            ended = await asyncio.gather(*asking, return_exceptions=True)

            assert [each for each in ended if not isinstance(each, asyncio.CancelledError)] == []
        for n in range(ASKERS):
            assert await redis.get(f"key:{n}") == str(n).encode()
