"""Strawberry's own ASGI app under uvicorn, with topics in this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator

import strawberry
import uvicorn
from strawberry.asgi import GraphQL

from bench.peers.events import BoardEvent, Query, event, publishing
from web.serving import listening

_queues: dict[str, set[asyncio.Queue[BoardEvent]]] = defaultdict(set)


async def _of(topic: str) -> AsyncGenerator[BoardEvent, None]:
    queue: asyncio.Queue[BoardEvent] = asyncio.Queue()
    _queues[topic].add(queue)
    try:
        while True:
            yield await queue.get()
    finally:
        _queues[topic].discard(queue)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def board(self, after: str | None = None) -> AsyncGenerator[BoardEvent, None]:
        async for each in _of("board"):
            yield each

    @strawberry.subscription
    async def mine(self, user: int) -> AsyncGenerator[BoardEvent, None]:
        async for each in _of(f"user:{user}"):
            yield each


def _publish(topic: str) -> None:
    made = event()
    for queue in _queues[topic]:
        queue.put_nowait(made)


async def main() -> None:
    app = GraphQL(strawberry.Schema(Query, subscription=Subscription))
    listener = listening("127.0.0.1", 0)
    config = uvicorn.Config(app, loop="asyncio", ws_per_message_deflate=False, log_level="warning", access_log=False, lifespan="off")
    serving = asyncio.create_task(uvicorn.Server(config).serve(sockets=[listener]))
    await publishing(listener.getsockname()[1], _publish)
    serving.cancel()


if __name__ == "__main__":
    asyncio.run(main())
