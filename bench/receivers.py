"""A process of sockets that only listen and note when each message came, so that their work is not measured as the server's.

Reads one line from standard input, {"url", "sockets": [{"cookie", "document"}]}; says `ready`; at the end of the input tells what came,
one line a message: nanoseconds of the system's monotonic clock, and the message.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect

from bench.client import PROTOCOL

AT_ONCE = 25
QUIET_SECONDS = 1.0


async def main() -> None:
    reader = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    asked = orjson.loads(await reader.readline())
    came: list[tuple[int, bytes]] = []
    opening = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:

        async def listen(socket: dict[str, Any]) -> asyncio.Task[None]:
            async with opening:
                connection = await _subscribed(stack, asked["url"], socket["cookie"], socket["document"])
            return asyncio.create_task(_note(connection, came))

        listening = await asyncio.gather(*(listen(socket) for socket in asked["sockets"]))
        # The arrivals of moderators at the board are told once they have settled.
        await asyncio.sleep(QUIET_SECONDS * 2)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await reader.read()
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    for at, frame in came:
        sys.stdout.write(f"{at} {frame.decode()}\n")


async def _subscribed(stack: AsyncExitStack, url: str, cookie: str, document: str) -> ClientConnection:
    headers = {"cookie": cookie}
    connection = await stack.enter_async_context(
        connect(
            url, subprotocols=[PROTOCOL], additional_headers=headers, compression=None, ping_interval=None, open_timeout=60, close_timeout=1
        )
    )
    await connection.send('{"type":"connection_init"}')
    await connection.recv()
    message = {"id": "1", "type": "subscribe", "payload": {"query": document}}
    await connection.send(orjson.dumps(message).decode())
    return connection


async def _note(connection: ClientConnection, came: list[tuple[int, bytes]]) -> None:
    while True:
        frame = await connection.recv(decode=False)
        came.append((time.monotonic_ns(), frame))
        if frame.startswith(b'{"type":"ping"'):
            await connection.send('{"type":"pong"}')


if __name__ == "__main__":
    asyncio.run(main())
