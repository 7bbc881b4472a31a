"""What the realtime tests stand on: a hub, a relay, and commits to carry."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from tortoise.transactions import in_transaction

from models.event import Event
from ops.database import sql
from ops.settings import settings
from realtime.broker import Broker
from realtime.delivered import Delivered
from realtime.following import Following
from realtime.hub import Hub
from realtime.outbox import Outbox
from realtime.relay import Relay
from realtime.stream import Stream
from tests.support.ceiling import CEILING_SECONDS

KIND = "BalanceChanged"


@asynccontextmanager
async def a_hub(redis: Redis) -> AsyncIterator[Hub]:
    async with Broker(redis) as broker, Hub(broker) as hub:
        yield hub


@asynccontextmanager
async def a_relay(redis: Redis) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(Relay(settings().database_url, redis).run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


@asynccontextmanager
async def live(redis: Redis) -> AsyncIterator[Hub]:
    """A hub, and a relay that works."""
    async with a_hub(redis) as hub, a_relay(redis):
        yield hub


async def commit(*numbers: int, topic: str) -> None:
    """One event each, in one transaction."""
    async with in_transaction():
        for number in numbers:
            await Event.record(KIND, [topic], number=number)


async def commit_and_carry(*numbers: int, topic: str, redis: Redis) -> None:
    """Numbered and appended without a relay that runs."""
    await commit(*numbers, topic=topic)
    outbox = await a_locked_outbox()
    await Stream(redis).append(await outbox.number(1000))
    await outbox.close()


async def a_locked_outbox() -> Outbox:
    outbox = await Outbox.open(settings().database_url)
    async with asyncio.timeout(CEILING_SECONDS):
        while not await outbox.lock():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)
    return outbox


async def taken(following: Following, count: int, *, seconds: float = CEILING_SECONDS) -> list[Delivered]:
    async with asyncio.timeout(seconds):
        return [await anext(following) for _ in range(count)]


async def nothing_more(following: Following, *, seconds: float = 0.25) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await anext(following)
    except TimeoutError:
        return True
    return False


async def eventually(holds: Callable[[], Awaitable[bool]], *, seconds: float = CEILING_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - for what is told to nobody
            await asyncio.sleep(0.01)


def numbers(events: list[Delivered]) -> list[int]:
    return [event.ids["number"] for event in events]


def sequences(events: list[Delivered]) -> list[int]:
    return [event.sequence for event in events]


async def new_epoch(epoch: str) -> None:
    await sql.run("UPDATE installation SET epoch = $1", epoch)


async def numbered_to(hub: Hub, topic: str, sequence: int) -> None:
    async def is_there() -> bool:
        return (await hub.position(topic)).sequence >= sequence

    await eventually(is_there)
