"""A connection over plain ASGI, for servers that do not hand it over: the same bounds as a `Wire`, at the price of two tasks."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from realtime.frames import TOO_BIG
from realtime.wire import WAITING_BYTES, WAITING_MESSAGES
from web.caller import BODY_LIMIT
from web.serving import ABORT

if TYPE_CHECKING:
    from realtime.wire import Owner, Patience


class AsgiWire:
    def __init__(self, websocket: WebSocket, patience: Patience) -> None:
        self.limit = BODY_LIMIT
        self.is_clear = False
        self._websocket = websocket
        self._patience = patience
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._changed = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._takes = asyncio.Event()
        self._takes.set()
        self._farewell: tuple[int, str] | None = None
        self._owner: Owner | None = None

    async def run(self, owner: Owner) -> None:
        """Returns when the connection is closed, by either side. Raises nothing but a cancellation, after which it is closed as well."""
        self._owner = owner
        reading, writing = asyncio.create_task(self._read(owner)), asyncio.create_task(self._write(owner))
        try:
            # Ours to close: whoever writes is the last to go, unless nobody is there.
            await asyncio.wait([reading, writing], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            owner.restarting()
            raise
        finally:
            if self._farewell is not None:
                await asyncio.wait([writing], timeout=self._patience.close)
            for task in (reading, writing):
                task.cancel()
            self._drop()
            owner.lost()

    # Out

    @property
    def is_full(self) -> bool:
        return not self._has_room.is_set()

    def send(self, head: bytes, tail: bytes = b"") -> None:
        if self._farewell is not None or self._owner is None:
            return
        length = len(head) + len(tail)
        if self._waiting and (len(self._waiting) >= WAITING_MESSAGES or self._waiting_bytes + length > WAITING_BYTES):
            self._owner.lagging()
            return
        self._waiting.append(head + tail)
        self._waiting_bytes += length
        if len(self._waiting) > WAITING_MESSAGES // 2 or self._waiting_bytes > WAITING_BYTES // 2:
            self._has_room.clear()
        self._changed.set()

    def write(self, data: bytes) -> None:
        """ASGI takes no frames, so it is never clear for them."""
        raise AssertionError("asked only where is_clear is true")

    async def room(self) -> None:
        await self._has_room.wait()

    def close(self, code: int, reason: str) -> None:
        if self._farewell is None:
            self._farewell = code, reason
            self._has_room.set()
            self._changed.set()

    def _drop(self) -> None:
        """A peer that does not even take the close frame."""
        if self._websocket.application_state is WebSocketState.CONNECTED:
            abort = self._websocket.scope.get("extensions", {}).get(ABORT)
            if abort is not None:
                abort()

    async def _write(self, owner: Owner) -> None:
        try:
            while self._waiting or self._farewell is None:
                if not self._waiting:
                    self._has_room.set()
                    self._changed.clear()
                    await self._changed.wait()
                    continue
                message = self._waiting.popleft()
                self._waiting_bytes -= len(message)
                async with asyncio.timeout(self._patience.send):
                    await self._websocket.send_text(message.decode())
            await self._websocket.close(*self._farewell)
        except TimeoutError:
            owner.lagging()
            await asyncio.sleep(self._patience.close)
        except (WebSocketDisconnect, RuntimeError):
            owner.lost()

    # In

    def take_no_more(self) -> None:
        self._takes.clear()

    def take_more(self) -> None:
        self._takes.set()

    async def _read(self, owner: Owner) -> None:
        while True:
            await self._takes.wait()
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                owner.lost()
                return
            text: str | None = message.get("text")
            if text is not None and is_longer(text, self.limit):
                owner.broken(TOO_BIG, f"Messages have at most {self.limit} bytes")
            else:
                owner.received(text)


def is_longer(text: str, limit: int) -> bool:
    """Whether the text has more than `limit` bytes in UTF-8; counts them only where that is in doubt."""
    return len(text) > limit or (len(text) * 4 > limit and len(text.encode()) > limit)
