"""The same without GraphQL, as short as Python gets: httptools, the session's statement and the list's by asyncpg on connections that are
held, orjson on rows as dicts. No limits, log, metrics or headers. What is below this is not to be had with the stock loop and asyncpg."""

from __future__ import annotations

import asyncio
import os
import sys
from hashlib import sha256
from typing import cast

import asyncpg
import httptools
import orjson

from web.serving import listening

CONNECTIONS = 4
SESSION = """
SELECT u.*, s.id AS session_id, s.expires_at FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > now()
"""
COLUMNS = ("id", "title", "kind", "state", "reward", "overlap", "lease_seconds", "created_at")
NAMES = ("id", "title", "kind", "state", "reward", "overlap", "leaseSeconds", "createdAt")


class ByHand(asyncio.Protocol):
    def __init__(self, idle: asyncio.LifoQueue[asyncpg.Connection], ready: list[asyncpg.Record]) -> None:
        self.idle = idle
        self.ready = ready
        self.tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.parser = httptools.HttpRequestParser(self)
        self.body = b""
        self.cookie = b""

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name == b"cookie":
            self.cookie = value

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        task = asyncio.get_running_loop().create_task(self.answer(self.body))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        self.body = b""

    async def answer(self, body: bytes) -> None:
        asked = orjson.loads(body)
        token = self.cookie.partition(b"=")[2]
        connection = self.idle.get_nowait()
        try:
            assert await connection.fetchrow(SESSION, sha256(token).hexdigest())
            data: dict[str, object]
            if "__typename" in asked["query"]:
                data = {"__typename": "Query"}
            elif "ready" in asked["query"]:
                data = {"ready": told(self.ready[: asked["variables"]["first"]])}
            else:
                data = {"tasks": told(await connection.fetch(os.environ["TASKS"], asked["variables"]["first"]))}
        finally:
            self.idle.put_nowait(connection)
        written = orjson.dumps({"data": data})
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(written)
        self.transport.write(head + written)


def told(rows: list[asyncpg.Record]) -> list[dict[str, object]]:
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


async def main() -> None:
    idle: asyncio.LifoQueue[asyncpg.Connection] = asyncio.LifoQueue()
    for _ in range(CONNECTIONS):
        idle.put_nowait(await asyncpg.connect(os.environ["DATABASE_URL"]))
    connection = idle.get_nowait()
    ready = await connection.fetch(os.environ["TASKS"], 100)
    idle.put_nowait(connection)
    listener = listening("127.0.0.1", 0)
    server = await asyncio.get_running_loop().create_server(lambda: ByHand(idle, ready), sock=listener)
    sys.stdout.write(f"port {listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
