"""A web process is fed what nobody should send, over many connections at once, and answers or closes each in good manners.

Every connection is a case, drawn from the seed and its number alone. A socket is sent bursts of frames until one of them closes it; an HTTP
connection some requests. What is whole has to be answered or closed with a code; nothing may raise, end without a word, or hang; the
process lives on, in as much memory as before.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import httpx

from bench.fanout import private_bytes
from bench.malformed import frame, frames, request
from bench.proofs import Broken
from bench.stage import an_annotator, cookie_of, empty_stage, web_alone
from models import Role
from realtime.frames import CLOSE, PING, PONG

if TYPE_CHECKING:
    from bench.stage import Web

INPUTS = 20_000
AT_ONCE = 16
PEOPLE = 24
SOCKETS = 0.6
BURST, BURSTS, REQUESTS = 8, 12, 10
# A machine under load is slow, and an upload is drained for two seconds.
PATIENCE_SECONDS = 60.0
# What a well-mannered server closes or answers with. 101 is the upgrade.
CODES = frozenset({1000, 1001, 1002, 1007, 1009, 4400, 4401, 4403, 4406, 4408, 4409, 4429, 4480})
STATUSES = range(100, 500)
GAUGES = ("tidemark_sockets ", "tidemark_subscriptions{")
MASKED_ERROR = b'"INTERNAL"'
ERROR_LINE = re.compile(rb'"level":"(error|critical)"|Traceback \(most recent call last\)')
# Documents are kept, and grow into what they are parsed to; from the middle on there is nothing new to keep.
MOST_GROWTH, GROWTH_BYTES = 1.1, 32 * 2**20
MOST_TOLD = 600
WATCH_SECONDS = 0.5
HANDSHAKE = (
    "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
)
HEAD_END = b"\r\n\r\n"


@dataclass
class Tally:
    inputs: int = 0
    connections: int = 0
    ends: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        ends = ", ".join(f"{number:,} × {end}" for end, number in sorted(self.ends.items()))
        return f"{self.inputs:,} inputs on {self.connections:,} connections: {ends}"


async def prove_fuzz(inputs: int, seed: int) -> str:
    """On servers of its own. Raises Broken, which names the case."""
    async with empty_stage(), web_alone(TRUSTED_PROXIES="127.0.0.1") as web:
        fuzz = Fuzz(web, seed, inputs, [await _cookie(n) for n in range(PEOPLE)])
        await fuzz.run()
        return str(fuzz.tally)


async def _cookie(n: int) -> str:
    user = await an_annotator(f"person{n}")
    if n % 3 == 0:
        await user.gain(Role.MODERATOR)
    return await cookie_of(user)


class Fuzz:
    def __init__(self, web: Web, seed: int, inputs: int, cookies: list[str]) -> None:
        self._web = web
        self._seed = seed
        self._inputs = inputs
        self._cookies = cookies
        self._next = 0
        self._half_bytes = 0
        self._looked = 0
        self.tally = Tally()

    async def run(self) -> None:
        tasks = [asyncio.create_task(self._watch()), *(asyncio.create_task(self._cases()) for _ in range(AT_ONCE))]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        self._look_at_log()
        await self._require_well()

    async def _cases(self) -> None:
        while self.tally.inputs < self._inputs:
            number, self._next = self._next, self._next + 1
            chance = Random(f"{self._seed} {number}")
            case = Case(self._web.port, chance, chance.choice(self._cookies), self.tally)
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await (case.socket() if chance.random() < SOCKETS else case.requests())
            except TimeoutError:
                raise self._broken(number, case, f"nothing came for {PATIENCE_SECONDS:g} s") from None
            except (Broken, OSError) as error:
                raise self._broken(number, case, repr(error)) from error
            finally:
                case.close()
            self.tally.connections += 1

    def _broken(self, number: int, case: Case, why: str) -> Broken:
        return Broken(f"connection {number}: {why}; sent at last {case.sent[-MOST_TOLD:]!r}; came at last {case.came[-MOST_TOLD:]!r}")

    async def _watch(self) -> None:
        while self.tally.inputs < self._inputs:
            await asyncio.sleep(WATCH_SECONDS)
            self._look_at_log()
            if not self._half_bytes and self.tally.inputs > self._inputs / 2:
                self._half_bytes = private_bytes(self._web.pid)

    def _look_at_log(self) -> None:
        with Path(self._web.log).open("rb") as log:
            log.seek(self._looked)
            lines = log.read()
        whole = lines.rfind(b"\n") + 1
        self._looked += whole
        for line in lines[:whole].splitlines():
            if ERROR_LINE.search(line):
                raise Broken(f"the server logged {line[-3 * MOST_TOLD :].decode(errors='replace')}")

    async def _require_well(self) -> None:
        """It lives, remembers nobody, and is no larger than in the middle."""
        async with httpx.AsyncClient(base_url=self._web.url, timeout=PATIENCE_SECONDS) as client:
            if (await client.get("/readyz")).status_code != httpx.codes.OK:
                raise Broken("the process is not ready any more")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while held((await client.get("/metrics")).text) != (0, 0):  # noqa: ASYNC110 - it has to be asked
                    await asyncio.sleep(WATCH_SECONDS)
        now = private_bytes(self._web.pid)
        if now > self._half_bytes * MOST_GROWTH + GROWTH_BYTES:
            raise Broken(f"memory grew from {self._half_bytes:,} bytes in the middle to {now:,} at the end")


def held(metrics: str) -> tuple[int, int]:
    """Sockets and subscriptions that are open, by what /metrics tells."""
    sockets, subscriptions = (
        sum(int(float(line.rpartition(" ")[2])) for line in metrics.splitlines() if line.startswith(gauge)) for gauge in GAUGES
    )
    return sockets, subscriptions


class Case:
    """One connection. Raises Broken, OSError and asyncio.IncompleteReadError where the server has bad manners."""

    def __init__(self, port: int, chance: Random, cookie: str, tally: Tally) -> None:
        self._port = port
        self._chance = chance
        self._cookie = cookie
        self._tally = tally
        # So that no limit by address stops it.
        self._address = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.sent = b""
        self.came = b""

    def close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()

    # WebSocket

    async def socket(self) -> None:
        await self._open()
        protocol = self._chance.choice(("graphql-transport-ws",) * 12 + ("graphql-ws", "x, graphql-transport-ws", ""))
        cookie = f"Cookie: {self._cookie}\r\n" if self._chance.random() < 0.7 else ""
        self._send(f"{HANDSHAKE}Sec-WebSocket-Protocol: {protocol}\r\nX-Forwarded-For: {self._address}\r\n{cookie}\r\n".encode())
        head = await self._until(HEAD_END)
        if b" 101 " not in head[:20]:
            self._require_status(head)
            return
        if self._chance.random() < 0.95:
            self._send(frame(0x1, b'{"type":"connection_init"}'))
        for _ in range(BURSTS):
            if not await self._burst():
                return
        self._send(frame(CLOSE, b"\x03\xe8"))
        await self._until_closed()

    async def _burst(self) -> bool:
        """Whether the connection goes on."""
        data = b""
        for _ in range(self._chance.randint(1, BURST)):
            some, is_whole = frames(self._chance)
            data += some
            self._tally.inputs += 1
            if not is_whole:
                # What follows would be taken for the rest of it.
                self._send(data)
                self._say_last()
                await self._until_over()
                return False
        self._send(data + frame(PING, b"still there"))
        return await self._until_answered()

    async def _until_answered(self) -> bool:
        while True:
            opcode, payload = await self._frame()
            if opcode == PONG and payload == b"still there":
                return True
            if opcode == CLOSE:
                await self._closed(payload)
                return False

    async def _until_closed(self) -> None:
        while True:
            opcode, payload = await self._frame()
            if opcode == CLOSE:
                return await self._closed(payload)

    async def _closed(self, payload: bytes) -> None:
        code = int.from_bytes(payload[:2])
        # A farewell of ours is answered with its own code.
        if code not in CODES and not 3000 <= code < 5000 and code not in range(1000, 1015):
            raise Broken(f"closed with {code}")
        if code in {1006, 1011, 1013, 4500}:
            raise Broken(f"closed with {code}: {payload[2:]!r}")
        self._tally.ends[f"closed {code}"] += 1
        self._send(frame(CLOSE, payload[:2]))
        self._say_last()
        await self._until_over()

    async def _frame(self) -> tuple[int, bytes]:
        assert self._reader is not None
        try:
            first, length = await self._reader.readexactly(2)
            if length >= 126:
                length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8))
            payload = await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionResetError) as error:
            raise Broken(f"the socket ended without a close frame: {error!r}") from None
        self.came = payload
        if MASKED_ERROR in payload:
            raise Broken(f"an error of ours: {payload[-MOST_TOLD:]!r}")
        return first & 0xF, payload

    # HTTP

    async def requests(self) -> None:
        await self._open()
        for _ in range(self._chance.randint(1, REQUESTS)):
            data, is_whole = request(self._chance, self._cookie, self._address)
            self._tally.inputs += 1
            self._send(data)
            if not is_whole:
                self._say_last()
                await self._until_over(is_http=True)
                return
            if not await self._answered(data.startswith((b"HEAD ", b"CONNECT "))):
                return

    async def _answered(self, has_no_body: bool) -> bool:
        """Whether the connection goes on."""
        head = await self._until(HEAD_END)
        self._require_status(head)
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        assert self._reader is not None
        if has_no_body:
            return False
        if b"content-length" not in fields:
            # A stream, which we do not wait for, or an answer without a body.
            return False
        body = await self._reader.readexactly(int(fields[b"content-length"]))
        self.came = head + body
        if MASKED_ERROR in body:
            raise Broken(f"an error of ours: {body[-MOST_TOLD:]!r}")
        return fields.get(b"connection") != b"close"

    def _require_status(self, head: bytes) -> None:
        status = head.split(b" ", 2)[1].decode(errors="replace") if head.startswith(b"HTTP/1.1 ") else repr(head[:80])
        self._tally.ends[f"HTTP {status}"] += 1
        if not status.isdigit() or int(status) not in STATUSES:
            raise Broken(f"answered {head[:200]!r}")

    # Bytes

    async def _open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    @property
    def _writable(self) -> asyncio.StreamWriter:
        assert self._writer is not None
        return self._writer

    def _send(self, data: bytes) -> None:
        self.sent = (self.sent + data)[-4 * MOST_TOLD :]
        self._writable.write(data)

    def _say_last(self) -> None:
        # Where the server has closed already, it has told why.
        with contextlib.suppress(OSError):
            self._writable.write_eof()

    async def _until(self, end: bytes) -> bytes:
        assert self._reader is not None
        try:
            self.came = await self._reader.readuntil(end)
        except (asyncio.IncompleteReadError, ConnectionResetError) as error:
            raise Broken(f"no answer: {error!r}") from None
        return self.came

    async def _until_over(self, *, is_http: bool = False) -> None:
        """We said our last: whatever comes still is no error of ours, and then it is over."""
        assert self._reader is not None
        came = bytearray()
        try:
            while data := await self._reader.read(65_536):
                came = (came + data)[-65_536:]
        except ConnectionResetError:
            """It did not wait for what we sent still."""
        self.came = bytes(came)
        if MASKED_ERROR in came:
            raise Broken(f"an error of ours: {came[-MOST_TOLD:]!r}")
        if is_http and came.startswith(b"HTTP/"):
            self._require_status(self.came)
