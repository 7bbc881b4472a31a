"""The limit of CPython and its stock loop: a protocol that parses by httptools and writes an answer that was ready before. No GraphQL, no
session, no database."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import cast

import httptools

from web.serving import listening

TASK = {
    "id": "Task_0000000000001",
    "title": "Cars at crossings, part 1",
    "kind": "DETECTION",
    "state": "OPEN",
    "reward": "0.002",
    "overlap": 2,
    "leaseSeconds": 300,
    "createdAt": "2026-11-22T04:34:51.759401Z",
}


def answer(data: object) -> bytes:
    body = json.dumps({"data": data}).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


NOTHING, LISTED = answer({"__typename": "Query"}), answer({"tasks": [TASK] * 50})


class Ready(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.parser = httptools.HttpRequestParser(self)
        self.body = b""

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.transport.write(NOTHING if b"__typename" in self.body else LISTED)
        self.body = b""


async def main() -> None:
    listener = listening("127.0.0.1", 0)
    server = await asyncio.get_running_loop().create_server(Ready, sock=listener)
    sys.stdout.write(f"port {listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
