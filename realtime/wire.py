"""A WebSocket's connection, after the handshake: messages in and out, straight on the transport, bounded and never waiting.

What is sent within one turn of the loop goes out at its end, in one write for each connection. The transport holds little; what it cannot
take waits here, up to a bound, and a peer that takes nothing for too long, or lets too much wait, lags: its owner is told.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from realtime.frames import (
    BINARY,
    CLOSE,
    LONGEST_CONTROL,
    NO_CODE,
    PING,
    TEXT,
    BadFrames,
    Frames,
    close_code,
    close_frame,
    control_frame,
    decoded,
    text_header,
)

WAITING_MESSAGES = 256
WAITING_BYTES = 1024 * 1024
"""What may wait for a slow reader: more would be memory spent on one who may never read. One message may be longer."""
WRITES_A_TURN = 500
"""Each costs some microseconds: after so many, others have their turn."""
LINGER_SECONDS = 0.3
NO_DESCRIPTOR = -1
_MEBIBYTE = 1024 * 1024


class Owner(Protocol):
    """Who speaks over a wire. Called in the loop: none of these may wait or raise."""

    def received(self, text: str | None) -> None:
        """A message; None for one that is not text."""

    def lagging(self) -> None:
        """The peer reads too slowly."""

    def broken(self, code: int, reason: str) -> None:
        """What the peer sent is no WebSocket."""

    def restarting(self) -> None:
        """The server is asked to stop."""

    def lost(self) -> None:
        """There is no connection any more, for whatever reason. Nothing is called after it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds."""

    send: float = 10
    """How long a peer may take nothing."""
    close: float = 2
    """How long a peer may leave our farewell unanswered."""


class Turn:
    """The connections that have something to write: one a process."""

    def __init__(self) -> None:
        self._due: deque[Wire] = deque()
        self._is_coming = False

    def add(self, wire: Wire) -> None:
        self._due.append(wire)
        if not self._is_coming:
            self._is_coming = True
            asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        for _ in range(min(len(self._due), WRITES_A_TURN)):
            self._due.popleft().write_out()
        self._is_coming = bool(self._due)
        if self._is_coming:
            asyncio.get_running_loop().call_soon(self._end)


class Wire(asyncio.Protocol):
    """The protocol of a transport on which the handshake is done. `begin` comes first."""

    __slots__ = (
        "_backlog", "_closing", "_descriptor", "_frames", "_heard", "_is_deaf", "_is_due", "_is_full", "_is_taking", "_owner", "_patience",
        "_ping_seconds", "_pinging", "_room", "_transport", "_turn", "_waiting", "_waiting_bytes", "_waiting_messages", "_watch",
        "is_clear", "when_lost",
    )  # fmt: skip

    def __init__(self, turn: Turn, patience: Patience, limit: int = _MEBIBYTE) -> None:
        self._turn = turn
        self._patience = patience
        self._frames = Frames(limit)
        self._transport: asyncio.Transport | None = None
        self._owner: Owner | None = None
        # Parts of frames that wait to be written, and what they amount to.
        self._waiting: list[bytes] = []
        self._waiting_messages = 0
        self._waiting_bytes = 0
        self._is_due = False
        self._is_full = False
        self.is_clear = False
        """Whether nothing is between the peer and who calls `write` with whole frames: the short way for those who tell many at once."""
        self._descriptor = NO_DESCRIPTOR
        self._room: asyncio.Future[None] | None = None
        # Messages that came while the owner takes none.
        self._is_taking = True
        self._backlog: deque[str | None] | None = None
        self._heard = True
        self._ping_seconds = 0.0
        self.when_lost: Callable[[Wire], None] | None = None
        """Whoever keeps count of connections."""
        self._is_deaf = False
        self._closing = False
        self._watch: asyncio.TimerHandle | None = None
        self._pinging: asyncio.TimerHandle | None = None

    def begin(self, transport: asyncio.Transport, owner: Owner, ping_seconds: float) -> None:
        """A peer that is silent for two pings is gone."""
        self._transport = transport
        # What the kernel does not take is known at once: from then on nothing goes past it.
        transport.set_write_buffer_limits(high=0)
        self._descriptor = plain_descriptor(transport)
        self.is_clear = True
        self._owner = owner
        self._ping_seconds = ping_seconds
        self._pinging = asyncio.get_running_loop().call_later(ping_seconds, self._ping)

    # Out

    def send(self, head: bytes, tail: bytes = b"") -> None:
        """One text message, UTF-8, in two parts, so that a long tail is not copied for everyone who gets it. Nothing once it is closed."""
        if self._closing:
            return
        length = len(head) + len(tail)
        if self._waiting_messages and self._is_too_much(length):
            if self._is_full:
                self._lag()
                return
            self.write_out()
        self.is_clear = False
        self._waiting += (text_header(length), head, tail)
        self._waiting_messages += 1
        self._waiting_bytes += length
        if not self._is_due and not self._is_full:
            self._is_due = True
            self._turn.add(self)

    def write(self, frames: bytes) -> None:
        """Whole frames, at once, past all that waits: only while `is_clear`."""
        try:
            written = os.write(self._descriptor, frames)
        except OSError:
            # The transport finds out why.
            written = 0
        if written < len(frames) and self._transport is not None:
            self._transport.write(frames[written:])

    def write_out(self) -> None:
        """What waits, in one write."""
        self._is_due = False
        if self._is_full or not self._waiting or self._transport is None:
            return
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_messages = self._waiting_bytes = 0
        self.is_clear = not self._closing
        self._transport.write(data)

    @property
    def is_full(self) -> bool:
        """Whether whoever can wait should."""
        return self._is_full

    async def room(self) -> None:
        """Returns when the peer has taken what it was sent, more or less, or is gone."""
        while self._is_full and not self._closing:
            if self._room is None:
                self._room = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._room)

    def close(self, code: int, reason: str) -> None:
        """Says farewell after what was sent, and hangs up once the peer has answered, or does not."""
        if self._closing or self._transport is None:
            return
        self._closing, self.is_clear = True, False
        self._cancel_watch()
        if not self._is_full:
            self.write_out()
        self._waiting.clear()
        self._transport.write(close_frame(code, reason))
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(self._patience.close, self.abort)
        if self._is_deaf:
            # It cannot answer; but a connection that is closed under what it still sends loses our farewell too.
            loop.call_later(LINGER_SECONDS, self._transport.close)
        self._make_room()
        # A peer that answers is to be heard.
        self.take_more()

    def abort(self) -> None:
        """Drops the connection with what is not sent yet."""
        if self._transport is not None:
            self._transport.abort()

    def _is_too_much(self, length: int) -> bool:
        held = self._transport.get_write_buffer_size() if self._is_full and self._transport else 0
        return self._waiting_messages >= WAITING_MESSAGES or self._waiting_bytes + length + held > WAITING_BYTES

    def _lag(self) -> None:
        if self._owner is not None and not self._closing:
            self._owner.lagging()

    def pause_writing(self) -> None:
        self._is_full, self.is_clear = True, False
        if not self._closing:
            self._watch = asyncio.get_running_loop().call_later(self._patience.send, self._lag)

    def resume_writing(self) -> None:
        self._is_full = False
        if self._closing:
            return
        self._cancel_watch()
        self.is_clear = not self._waiting
        self.write_out()
        if not self._is_full:
            self._make_room()

    def _make_room(self) -> None:
        if self._room is not None:
            self._room.set_result(None)
            self._room = None

    def _cancel_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _ping(self) -> None:
        """WebSocket's own, which every peer answers by itself, browsers too."""
        if self._transport is None:
            return
        if not self._heard:
            self.abort()
            return
        self._heard = False
        if not self._closing:
            self._transport.write(control_frame(PING))
        self._pinging = asyncio.get_running_loop().call_later(self._ping_seconds, self._ping)

    # In

    @property
    def limit(self) -> int:
        """Bytes of a message that comes."""
        return self._frames.limit

    @limit.setter
    def limit(self, limit: int) -> None:
        self._frames.limit = limit

    def take_no_more(self) -> None:
        """Until `take_more`: what came already waits, and the peer is held back."""
        if self._is_taking:
            self._is_taking = False
            if self._transport is not None:
                self._transport.pause_reading()

    def take_more(self) -> None:
        if self._is_taking:
            return
        self._is_taking = True
        while self._is_taking and self._backlog:
            self._hand_on(self._backlog.popleft())
        if self._is_taking:
            self._backlog = None
            if self._transport is not None and not self._transport.is_closing():
                self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._is_deaf:
            return
        try:
            for opcode, payload in self._frames.messages(data):
                self._message(opcode, payload)
        except BadFrames as error:
            self._is_deaf = True
            if self._owner is not None:
                self._owner.broken(error.code, error.reason)

    def shutdown(self) -> None:
        """uvicorn asks this of each of its connections when it stops."""
        if self._owner is not None:
            self._owner.restarting()

    def eof_received(self) -> None:
        """The transport closes itself."""

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            uncircled(self._transport)
        self._transport, owner, self._owner = None, self._owner, None
        self._closing, self.is_clear = True, False
        self._waiting.clear()
        self._cancel_watch()
        if self._pinging is not None:
            self._pinging.cancel()
        self._make_room()
        if self.when_lost is not None:
            self.when_lost(self)
        if owner is not None:
            owner.lost()

    def _message(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._take(decoded(payload))
        elif opcode == BINARY:
            self._take(None)
        elif opcode == PING:
            self._pong(payload)
        elif opcode == CLOSE:
            self._closed(close_code(payload))

    def _take(self, text: str | None) -> None:
        if self._is_taking:
            self._hand_on(text)
        else:
            self._backlog = self._backlog or deque()
            self._backlog.append(text)

    def _hand_on(self, text: str | None) -> None:
        if self._owner is not None and not self._closing:
            self._owner.received(text)

    def _pong(self, payload: bytes) -> None:
        # Whoever pings without reading what comes gets no more.
        if self._transport is not None and not self._closing and not self._is_full:
            self._transport.write(control_frame(0xA, payload[:LONGEST_CONTROL]))

    def _closed(self, code: int) -> None:
        """The peer's farewell, or its answer to ours."""
        if self._transport is None:
            return
        if not self._closing:
            self._closing, self.is_clear = True, False
            self._transport.write(close_frame(1000 if code == NO_CODE else code, ""))
        self._transport.close()


def plain_descriptor(transport: asyncio.Transport) -> int:
    """Of a socket that its transport writes to as it is and keeps nothing back: that of asyncio's own loop, without TLS."""
    connection = transport.get_extra_info("socket")
    is_plain = connection is not None and transport.get_extra_info("sslcontext") is None
    return connection.fileno() if is_plain and isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop) else NO_DESCRIPTOR


def uncircled(transport: asyncio.Transport) -> None:
    """asyncio's own keeps a method of itself, and by that all that it has, until the collector comes: of one that reads no more it is
    taken away."""
    if getattr(transport, "_read_ready_cb", None) is not None:
        vars(transport)["_read_ready_cb"] = None
