"""Strawberry's own ASGI app under uvicorn, on the list of tasks that tasks.mjs serves."""

from __future__ import annotations

import asyncio
import os
import sys

import asyncpg
import strawberry
import uvicorn
from strawberry.asgi import GraphQL

from web.serving import listening


@strawberry.type
class Task:
    id: strawberry.ID
    title: str
    kind: str
    state: str
    reward: str
    overlap: int
    lease_seconds: int
    created_at: str


async def _read(pool: asyncpg.Pool, first: int) -> list[Task]:
    rows = await pool.fetch(os.environ["TASKS"], first)
    return [Task(**{**row, "created_at": row["created_at"].isoformat()}) for row in rows]


@strawberry.type
class Query:
    @strawberry.field
    async def tasks(self, info: strawberry.Info, first: int) -> list[Task]:
        return await _read(_pools[0], first)

    @strawberry.field
    def ready(self, first: int) -> list[Task]:
        return _ready[:first]


_pools: list[asyncpg.Pool] = []
_ready: list[Task] = []


async def main() -> None:
    _pools.append(await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1))
    _ready.extend(await _read(_pools[0], 100))
    listener = listening("127.0.0.1", 0)
    app = GraphQL(strawberry.Schema(Query))
    config = uvicorn.Config(app, loop="asyncio", log_level="warning", access_log=False, lifespan="off")
    serving = asyncio.create_task(uvicorn.Server(config).serve(sockets=[listener]))
    sys.stdout.write(f"port {listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    serving.cancel()


if __name__ == "__main__":
    asyncio.run(main())
