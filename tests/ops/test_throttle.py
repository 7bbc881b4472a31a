import asyncio

from redis.asyncio import Redis

from ops.throttle import throttle


async def test_attempts_up_to_the_limit_pass_and_the_next_is_told_when_to_come_again(redis: Redis) -> None:
    passed = [await throttle(redis, "sign-in", "limit", 3, 60) for _ in range(3)]

    wait = await throttle(redis, "sign-in", "limit", 3, 60)

    assert passed == [None, None, None]
    assert wait is not None
    assert 58 < wait <= 60


async def test_keys_and_names_are_counted_apart(redis: Redis) -> None:
    await throttle(redis, "sign-in", "one", 1, 60)

    assert await throttle(redis, "sign-in", "another", 1, 60) is None
    assert await throttle(redis, "mail", "one", 1, 60) is None


async def test_once_the_window_is_over_attempts_pass_again(redis: Redis) -> None:
    await throttle(redis, "sign-in", "window", 1, 1)
    wait = await throttle(redis, "sign-in", "window", 1, 1)

    assert wait is not None
    await asyncio.sleep(wait + 0.01)

    assert await throttle(redis, "sign-in", "window", 1, 1) is None


async def test_of_many_at_once_no_more_pass_than_the_limit(redis: Redis) -> None:
    answers = await asyncio.gather(*(throttle(redis, "sign-in", "race", 5, 60) for _ in range(50)))

    assert answers.count(None) == 5
