"""A limit, no peer: websockets.broadcast sending a ready text to everybody, without any GraphQL."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import orjson
from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench.peers.events import event, publishing

_connections: set[ServerConnection] = set()


async def _attend(connection: ServerConnection) -> None:
    _connections.add(connection)
    try:
        async for message in connection:
            if orjson.loads(message)["type"] == "connection_init":
                await connection.send('{"type":"connection_ack"}')
    finally:
        _connections.discard(connection)


def _publish(_: str) -> None:
    message = {"id": "5f0c6c52-0d6e-4b8e-9a57-2f6f1c1a7d10", "type": "next", "payload": {"data": {"board": asdict(event())}}}
    broadcast(_connections, orjson.dumps(message).decode())


async def main() -> None:
    async with serve(_attend, "127.0.0.1", 0, compression=None, backlog=4096, ping_interval=None) as server:
        await publishing(next(iter(server.sockets)).getsockname()[1], _publish)


if __name__ == "__main__":
    asyncio.run(main())
