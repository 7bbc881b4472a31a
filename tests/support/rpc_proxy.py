"""A proxy before a node's RPC, over real sockets, that loses questions and answers, delays them, or answers something else."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Fault:
    """What happens to one call; nothing unless told. Where the answer is lost, the node has done it."""

    loses_question: bool = False
    loses_answer: bool = False
    # Before the answer, once the node has given it.
    delay_seconds: float = 0
    # Instead of the node's: a whole HTTP answer.
    answer: bytes | None = None


PASS = Fault()
LOSE_QUESTION = Fault(loses_question=True)
LOSE_ANSWER = Fault(loses_answer=True)


def answering(body: bytes, status: str = "200 OK") -> Fault:
    return Fault(answer=f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


class RpcProxy:
    """Listens at `url` for the node at another. `fault` is asked at each call, by the method's name; what came is in `calls`."""

    def __init__(self, node_url: str) -> None:
        self._node = urlsplit(node_url)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.fault: Callable[[str], Fault] = lambda _method: PASS
        self.calls: list[str] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        login, _, _ = self._node.netloc.rpartition("@")
        self.url = f"http://{login}@127.0.0.1:{self._server.sockets[0].getsockname()[1]}{self._node.path}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()

    def question(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        """What the node is asked instead."""
        return head, body

    def answer(self, method: str, body: bytes) -> bytes:
        """What is answered instead."""
        return body

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            while await self._pass_on(reader, writer):
                pass
        writer.transport.abort()
        self._writers.discard(writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head, body = await _message(reader)
        call = json.loads(body)
        method = str((call[0] if isinstance(call, list) else call)["method"])
        self.calls.append(method)
        fault = self.fault(method)
        if fault.loses_question:
            return False
        answered = fault.answer or await self._asked(method, *self.question(head, body))
        await asyncio.sleep(fault.delay_seconds)
        if fault.loses_answer:
            return False
        writer.write(answered)
        await writer.drain()
        return True

    async def _asked(self, method: str, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._node.hostname, self._node.port)
        try:
            writer.write(_whole(head, body))
            head, body = await _message(reader)
        finally:
            writer.close()
        return _whole(head, self.answer(method, body))


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The head without what it says of the body's length, and the body."""
    lines = (await reader.readuntil(HEAD_END)).removesuffix(HEAD_END).split(b"\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    head = b"\r\n".join(line for line in lines if not line.lower().startswith((b"content-length:", b"transfer-encoding:")))
    if fields.get(b"transfer-encoding") == b"chunked":
        return head, b"".join([chunk async for chunk in _chunks(reader)])
    return head, await reader.readexactly(int(fields[b"content-length"]))


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while length := int(await reader.readuntil(b"\r\n"), 16):
        yield await reader.readexactly(length)
        await reader.readuntil(b"\r\n")
    await reader.readuntil(b"\r\n")


def _whole(head: bytes, body: bytes) -> bytes:
    return head + b"\r\nContent-Length: %d" % len(body) + HEAD_END + body
