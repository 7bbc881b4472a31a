"""The cable between two processes, in our hands: it carries bytes, or delays them, holds them back, or breaks, one connection or all.

A link listens on a port of its own and connects through to where it leads. What goes wrong on it goes wrong for the processes alone: this
one sees and does everything.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

CHUNK_BYTES = 65_536
# A reset instead of a farewell, and what was not sent yet is gone.
RESET = struct.pack("ii", 1, 0)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(eq=False)
class _Wire:
    """One connection: both its ends."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    # Neither carries nor breaks, and does so for ever.
    is_dead: bool = False
    pumps: list[asyncio.Task[None]] = field(default_factory=list)

    def reset(self) -> None:
        for writer in (self.near, self.far):
            found = writer.get_extra_info("socket")
            if found is not None and found.family != socket.AF_UNIX:
                with contextlib.suppress(OSError):
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


class Link:
    """`async with Link(connect) as link`: `connect` opens a connection to where it leads."""

    def __init__(self, connect: Callable[[], Awaitable[Streams]]) -> None:
        self._connect = connect
        self._wires: set[_Wire] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.delay_seconds = 0.0
        self.refuses = False
        # What comes from the near end, who connected, and what comes back, is carried on while these are set.
        self._there, self._back = asyncio.Event(), asyncio.Event()
        self._there.set()
        self._back.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Every connection is reset, dead ones too."""
        for wire in list(self._wires):
            wire.reset()

    def hold(self, *, there: bool = True, back: bool = True) -> None:
        """Nothing is carried, in the directions named; connections stay, new ones are taken. `there` is towards where the link leads."""
        if there:
            self._there.clear()
        if back:
            self._back.clear()

    def kill(self) -> None:
        """What is connected now carries nothing any more, and neither end is told. New connections are well."""
        for wire in self._wires:
            wire.is_dead = True

    def half_close(self, *, there: bool) -> None:
        """One end of each connection hears that the other will say no more, and may speak on itself."""
        for wire in list(self._wires):
            with contextlib.suppress(OSError, RuntimeError):
                (wire.far if there else wire.near).write_eof()

    def heal(self) -> None:
        """Carries on: what was held back arrives now."""
        self.delay_seconds = 0.0
        self.refuses = False
        self._there.set()
        self._back.set()

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            if self.refuses:
                raise ConnectionRefusedError
            far_reader, far_writer = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        wire = _Wire(writer, far_writer)
        wire.pumps = [
            asyncio.create_task(self._pump(wire, reader, far_writer, self._there)),
            asyncio.create_task(self._pump(wire, far_reader, writer, self._back)),
        ]
        self._wires.add(wire)
        try:
            await asyncio.wait(wire.pumps)
        except asyncio.CancelledError:
            # asyncio's server would take it for a failure.
            return
        finally:
            for pump in wire.pumps:
                pump.cancel()
            self._wires.discard(wire)
            for end in (writer, far_writer):
                end.close()

    async def _pump(self, wire: _Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event) -> None:
        try:
            while data := await reader.read(CHUNK_BYTES):
                await gate.wait()
                if wire.is_dead:
                    await _for_ever()
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                writer.write(data)
                await writer.drain()
            await gate.wait()
            if wire.is_dead:
                await _for_ever()
            writer.write_eof()
        except (OSError, RuntimeError):
            # One end is gone without a farewell, so the other gets none.
            wire.reset()


async def _for_ever() -> None:
    await asyncio.Event().wait()


def to_port(port: int) -> Callable[[], Awaitable[Streams]]:
    return lambda: asyncio.open_connection("127.0.0.1", port)


def to_socket(path: str) -> Callable[[], Awaitable[Streams]]:
    return lambda: asyncio.open_unix_connection(path)
