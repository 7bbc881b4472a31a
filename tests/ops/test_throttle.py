import asyncio

from redis.asyncio import Redis

from ops.throttle import Allowance, throttle


async def test_attempts_up_to_the_limit_pass_and_the_next_is_told_when_to_come_again(redis: Redis) -> None:
    passed = [await throttle(redis, "sign-in", "limit", 3, 60) for _ in range(3)]

    wait = await throttle(redis, "sign-in", "limit", 3, 60)

    assert passed == [None, None, None]
    assert wait is not None
    assert 30 < wait <= 60


async def test_keys_and_names_are_counted_apart(redis: Redis) -> None:
    await throttle(redis, "sign-in", "one", 1, 60)

    assert await throttle(redis, "sign-in", "another", 1, 60) is None
    assert await throttle(redis, "mail", "one", 1, 60) is None


async def test_once_the_window_is_over_attempts_pass_again(redis: Redis) -> None:
    await throttle(redis, "sign-in", "window", 1, 5)
    wait = await throttle(redis, "sign-in", "window", 1, 5)

    assert wait is not None
    await asyncio.sleep(wait + 0.01)

    assert await throttle(redis, "sign-in", "window", 1, 5) is None


async def test_of_many_at_once_no_more_pass_than_the_limit(redis: Redis) -> None:
    answers = await asyncio.gather(*(throttle(redis, "sign-in", "race", 5, 60) for _ in range(50)))

    assert answers.count(None) == 5


async def test_an_allowance_lets_as_many_pass_as_the_limit_says_and_asks_redis_a_hundred_times_at_most(redis: Redis) -> None:
    allowance = Allowance("often", 60)
    await redis.flushdb()
    before = (await redis.info("commandstats")).get("cmdstat_incrby", {}).get("calls", 0)

    passed = [await allowance.throttle(redis, "ada", 250) for _ in range(251)]

    assert passed[:250] == [None] * 250
    wait = passed[250]
    assert wait is not None
    assert 30 < wait <= 60
    assert (await redis.info("commandstats"))["cmdstat_incrby"]["calls"] - before == 125
    assert await allowance.throttle(redis, "bob", 250) is None


async def test_what_several_processes_take_is_counted_together_and_a_small_limit_is_exact(redis: Redis) -> None:
    await redis.flushdb()
    processes = [Allowance("few", 60), Allowance("few", 60)]

    passed = [await processes[number % 2].throttle(redis, "ada", 3) for number in range(5)]

    assert passed[:3] == [None] * 3
    assert None not in passed[3:]


async def test_what_was_taken_is_of_no_use_after_its_window(redis: Redis) -> None:
    await redis.flushdb()
    allowance = Allowance("short", 1)
    assert await allowance.throttle(redis, "ada", 300) is None

    await asyncio.sleep(1.1)

    assert not await redis.exists("throttle:short:ada")
    assert await allowance.throttle(redis, "ada", 300) is None
    assert await redis.get("throttle:short:ada") == b"3"


async def test_those_who_come_at_once_lose_nothing_of_the_limit(redis: Redis) -> None:
    await redis.flushdb()
    allowance = Allowance("crowd", 60)

    passed = await asyncio.gather(*(allowance.throttle(redis, "ada", 1000) for _ in range(100)))
    passed += [await allowance.throttle(redis, "ada", 1000) for _ in range(901)]

    assert passed.count(None) == 1000
    assert passed[-1] is not None
