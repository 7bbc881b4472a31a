"""Tidemark's own web process, whole, on the list of tasks that tasks.mjs serves: sessions, rights, limits, headers, metrics, logs.

The types are written as those of the API are: a row, and a method for what is shown of it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from typing import NamedTuple

import strawberry
import uvicorn
from strawberry.schema.config import StrawberryConfig

from ops.database import sql
from ops.logs import configure_logs
from ops.settings import settings
from schema.context import Info
from schema.scalars import SCALARS
from web.app import create_app
from web.process import spare_collections
from web.serving import listening, server_config


class Row(NamedTuple):
    id: strawberry.ID
    title: str
    kind: str
    state: str
    reward: str
    overlap: int
    lease_seconds: int
    created_at: datetime


@strawberry.type
class Task:
    row: strawberry.Private[Row]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return self.row.id

    @strawberry.field
    def title(self) -> str:
        return self.row.title

    @strawberry.field
    def kind(self) -> str:
        return self.row.kind

    @strawberry.field
    def state(self) -> str:
        return self.row.state

    @strawberry.field
    def reward(self) -> str:
        return self.row.reward

    @strawberry.field
    def overlap(self) -> int:
        return self.row.overlap

    @strawberry.field
    def lease_seconds(self) -> int:
        return self.row.lease_seconds

    @strawberry.field
    def created_at(self) -> datetime:
        return self.row.created_at


_ready: list[Row] = []


async def _read(first: int) -> list[Row]:
    return [Row._make(record) for record in await sql.rows(os.environ["TASKS"], first)]


@strawberry.type
class Query:
    @strawberry.field
    async def tasks(self, info: Info, first: int) -> list[Task]:
        info.context.require_known()
        return [Task(row=row) for row in await _read(first)]

    @strawberry.field
    async def ready(self, info: Info, first: int) -> list[Task]:
        info.context.require_known()
        if not _ready:
            _ready.extend(await _read(100))
        return [Task(row=row) for row in _ready[:first]]


schema = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))


async def main() -> None:
    configure_logs()
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
