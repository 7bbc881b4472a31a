"""Tidemark's own web process, whole, on the schema that the peers serve: sessions, rights, Redis, sequence numbers, bounds.

It does not publish: events come by Redis as a relay brings them. Of standard input it only waits for the end.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager

import strawberry
import uvicorn
from strawberry.schema.config import StrawberryConfig

import models
from bench.peers.events import BoardEvent, Query, event
from models.event import user_topic
from ops.logs import configure_logs
from ops.settings import settings
from realtime.broadcast import Aside, Broadcast
from realtime.cursor import Cursor
from realtime.delivered import Delivered
from realtime.topics import BOARD
from schema.context import Info
from schema.inputs import given
from schema.scalars import SCALARS
from web.app import create_app
from web.process import spare_collections
from web.serving import listening, server_config


class _NoStay:
    def leave(self) -> None:
        """Nobody is told who is here."""


@asynccontextmanager
async def _no_asides() -> AsyncIterator[AsyncIterator[Aside[BoardEvent]]]:
    async def none() -> AsyncGenerator[Aside[BoardEvent]]:
        await asyncio.Event().wait()
        yield lambda cursor: event(0, str(cursor))

    yield none()


def _shown(delivered: Delivered) -> BoardEvent:
    return event(delivered.sequence, str(delivered.cursor))


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def board(self, info: Info, after: Cursor | None = strawberry.UNSET) -> AsyncIterable[BoardEvent]:
        info.context.require_role(models.Role.MODERATOR)
        return Broadcast(info.context.hub, BOARD, given(after), _shown, _no_asides, _NoStay)

    @strawberry.subscription
    async def mine(self, info: Info, after: Cursor | None = strawberry.UNSET) -> AsyncGenerator[BoardEvent, None]:
        async with info.context.hub.joined(user_topic(info.context.user.id)) as joined:
            async for delivered in joined.since(given(after)):
                yield _shown(delivered)


async def main() -> None:
    configure_logs()
    schema = strawberry.Schema(Query, subscription=Subscription, config=StrawberryConfig(scalar_map=SCALARS))
    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(server_config(create_app(schema=schema), settings()))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    spare_collections()
    sys.stdout.write(f"port {listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(main())
