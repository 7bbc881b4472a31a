"""A request's body, read no further than its limit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request


DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 2.0


class TooLarge(Exception):
    """`limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"More than {limit} bytes.")
        self.limit = limit


async def read_body(request: Request, limit: int) -> bytes:
    """Raises TooLarge as soon as the limit is passed, before that where the length is announced."""
    body = bytearray()
    try:
        check_length(request, limit)
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise TooLarge(limit)
    except TooLarge:
        await drain(request)
        raise
    return bytes(body)


def check_length(request: Request, limit: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge(limit)


async def drain(request: Request) -> None:
    """Reads on and forgets, for a while: a client that is still sending when the connection is closed never sees why."""
    drained = 0
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while drained < DRAIN_BYTES:
                message = await request.receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
                drained += len(message.get("body", b""))
    except TimeoutError:
        return
