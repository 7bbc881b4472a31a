"""HTTP/1.1 itself, byte by byte: what is answered, in which order, what is refused, and what a connection may cost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT

from tests.support.ceiling import CEILING_SECONDS
from tests.web import edge_schema
from tests.web.conftest import Edge, serving, until
from web import http
from web.http import LONGEST_HEAD, MOST_HEADERS, MOST_OWED, HttpProtocol, header_line

HELLO = b'{"query":"{ hello }"}'
NOTE = b'{"query":"mutation { note(text: \\"smuggled\\") }"}'
ANSWER = b'{"data":{"hello":"world"}}'
SLOWLY = b'{"query":"mutation { noteSlowly(text: \\"asked for\\") }"}'
HEAD = b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
FOREVER = b'{"query":"subscription { forever }"}'


def posted(body: bytes, headers: bytes = b"") -> bytes:
    return HEAD + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


class Line:
    """A connection of bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one answer."""
        async with asyncio.timeout(CEILING_SECONDS):
            first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
            headers = dict(line.lower().split(": ", 1) for line in lines)
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return int(first.split()[1]), headers, body

    async def rest(self) -> bytes:
        """All that comes until the connection is closed."""
        async with asyncio.timeout(CEILING_SECONDS):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[HttpProtocol]:
    """The server's ends of those that are opened from now on."""
    made: list[HttpProtocol] = []
    begin = HttpProtocol.connection_made

    def connection_made(self: HttpProtocol, transport: asyncio.Transport) -> None:
        made.append(self)
        begin(self, transport)

    monkeypatch.setattr(HttpProtocol, "connection_made", connection_made)
    return made


@asynccontextmanager
async def line_to(server: Edge) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Line(reader, writer)
    finally:
        writer.transport.abort()


async def test_a_connection_is_kept_and_answers_again(server: Edge) -> None:
    async with line_to(server) as line:
        for _ in range(3):
            line.send(posted(HELLO))
            status, headers, body = await line.answer()

            assert (status, body) == (200, ANSWER)
            assert "connection" not in headers


async def test_a_request_may_come_byte_by_byte(server: Edge) -> None:
    async with line_to(server) as line:
        for byte in posted(HELLO):
            line.send(bytes([byte]))
            await line.writer.drain()
            await asyncio.sleep(0)

        assert (await line.answer())[2] == ANSWER


async def test_a_body_may_come_in_pieces_and_what_follows_it_counts_for_nothing(server: Edge) -> None:
    async with line_to(server) as line:
        line.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\n" + HELLO[:5] + b"\r\n")
        line.send(b"%x\r\n" % len(HELLO[5:]) + HELLO[5:] + b"\r\n0\r\nCookie: tidemark_session=x\r\n\r\n" + posted(HELLO))

        assert (await line.answer())[2] == ANSWER
        assert (await line.answer())[2] == ANSWER


async def test_requests_sent_at_once_are_answered_in_their_order(server: Edge) -> None:
    many = [b'{"query":"{ %b: hello }"}' % name for name in (b"a", b"b", b"c", b"d")]

    async with line_to(server) as line:
        line.send(b"".join(posted(body) for body in many))

        assert [(await line.answer())[2] for _ in many] == [b'{"data":{"%b":"world"}}' % name for name in (b"a", b"b", b"c", b"d")]


async def test_few_requests_are_taken_ahead_of_their_answers_and_what_comes_behind_them_is_not_carried_out(server: Edge) -> None:
    async with line_to(server) as line:
        line.send(posted(HELLO) * MOST_OWED)
        assert [(await line.answer())[2] for _ in range(MOST_OWED)] == [ANSWER] * MOST_OWED

        line.send(posted(HELLO) * MOST_OWED + posted(NOTE) * 1_000)

        assert [(await line.answer())[2] for _ in range(MOST_OWED)] == [ANSWER] * MOST_OWED
        status, headers, _ = await line.answer()
        assert (status, headers["connection"]) == (400, "close")
        assert await line.rest() == b""
    assert edge_schema.notes == []


async def test_what_is_malformed_behind_a_request_does_not_take_its_answer(server: Edge) -> None:
    async with line_to(server) as line:
        line.send(posted(HELLO) + b"NONSENSE\r\n\r\n" + posted(NOTE))

        assert (await line.answer())[2] == ANSWER
        status, headers, _ = await line.answer()
        assert (status, headers["connection"]) == (400, "close")
        assert await line.rest() == b""
    assert edge_schema.notes == []


async def test_a_client_that_says_it_is_the_last_is_answered_and_the_connection_closed(server: Edge) -> None:
    async with line_to(server) as line:
        line.send(posted(HELLO, b"Connection: close\r\n"))

        status, headers, body = await line.answer()
        assert (status, headers["connection"], body) == (200, "close", ANSWER)
        assert await line.rest() == b""


@pytest.mark.parametrize("wish", [b"", b"Connection: keep-alive\r\n"])
async def test_http_1_0_is_answered_and_closed(server: Edge, wish: bytes) -> None:
    async with line_to(server) as line:
        line.send(b"GET /healthz HTTP/1.0\r\n" + wish + b"\r\n")

        status, headers, body = await line.answer()
        assert (status, headers["connection"], body) == (200, "close", b'{"status":"alive"}')
        assert await line.rest() == b""


async def test_who_asks_for_another_protocol_is_answered_in_this_one_and_what_follows_is_not_read(server: Edge) -> None:
    # As Java's client does in the clear, body and all.
    other = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"

    async with line_to(server) as line:
        line.send(posted(HELLO, other) + posted(NOTE))

        status, headers, body = await line.answer()
        assert (status, headers["connection"], body) == (200, "close", ANSWER)
        assert not (await line.rest()).startswith(b"HTTP/1.1 200")
    assert edge_schema.notes == []


async def test_nobody_gets_through_to_elsewhere(server: Edge) -> None:
    async with line_to(server) as line:
        line.send(b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere\r\n\r\n" + posted(NOTE))

        assert (await line.answer())[0] == 405
        assert await line.rest() == b""
    assert edge_schema.notes == []


async def test_a_socket_behind_a_request_that_is_not_answered_yet_is_refused(server: Edge) -> None:
    handshake = b"GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

    async with line_to(server) as line:
        line.send(posted(HELLO) + handshake)

        assert (await line.answer())[2] == ANSWER
        assert (await line.answer())[0] == 400
        assert await line.rest() == b""


async def test_who_waits_for_leave_to_send_a_body_gets_it(server: Edge) -> None:
    async with line_to(server) as line:
        line.send(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(HELLO))
        async with asyncio.timeout(CEILING_SECONDS):
            assert await line.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.send(HELLO)

        assert (await line.answer())[2] == ANSWER


SMUGGLED = [
    # Two opinions of where the request ends.
    HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    HEAD + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    HEAD + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
    HEAD + b"Content-Length: 5, 5\r\n\r\n",
    HEAD + b"Content-Length: +5\r\n\r\n",
    HEAD + b"Content-Length: -1\r\n\r\n",
    HEAD + b"Content-Length: 0x5\r\n\r\n",
    HEAD + b"Content-Length: \r\n\r\n",
    HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n",
    HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(NOTE), NOTE),
    # Pieces that are none.
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    # Lines that end elsewhere for others.
    HEAD + b"X: a\r\n b\r\n\r\n",
    HEAD + b"X: a\nY: b\r\n\r\n",
    HEAD + b"X: a\rY: b\r\n\r\n",
    HEAD + b"X : a\r\n\r\n",
    HEAD + b": a\r\n\r\n",
    HEAD + b"X\r\n\r\n",
    HEAD + b"X: a\x00b\r\n\r\n",
    HEAD + b"X(: a\r\n\r\n",
    b"GET /healthz HTTP/1.1\nHost: a\n\n",
    # Whose it is, and what it is.
    b"GET /healthz HTTP/1.1\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET /healthz\r\n\r\n",
    b"GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


@pytest.mark.parametrize("sent", SMUGGLED, ids=range(len(SMUGGLED)))
async def test_what_two_servers_could_read_differently_is_400_and_nothing_behind_it_is_carried_out(server: Edge, sent: bytes) -> None:
    async with line_to(server) as line:
        line.send(sent + posted(NOTE))

        status, headers, _ = await line.answer()
        assert (status, headers["connection"]) == (400, "close")
        assert await line.rest() == b""
    assert edge_schema.notes == []


async def test_a_head_may_be_so_long_and_have_so_many_headers(server: Edge) -> None:
    fits = b"".join(b"X-%d: %b\r\n" % (n, b"v" * 200) for n in range(MOST_HEADERS - 3))
    too_many = b"X: y\r\n" * (MOST_HEADERS - 2)
    too_long = b"X: " + b"v" * LONGEST_HEAD + b"\r\n"

    async with line_to(server) as line:
        line.send(posted(HELLO, fits))
        assert (await line.answer())[0] == 200
    for headers in (too_many, too_long):
        async with line_to(server) as line:
            line.send(posted(NOTE, headers))
            assert (await line.answer())[0] == 400
            assert await line.rest() == b""
    assert edge_schema.notes == []


@pytest.mark.parametrize(
    "begun",
    [b"GET /" + b"x" * 10, b"GET / HTTP/1.1\r\nX: ", HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;"],
    ids=["address", "header", "chunk"],
)
async def test_what_never_ends_is_not_read_for_ever(server: Edge, begun: bytes) -> None:
    async with line_to(server) as line:
        line.send(begun)
        over = asyncio.create_task(line.rest())
        async with asyncio.timeout(CEILING_SECONDS):
            while not over.done():
                line.send(b"x" * 1000)
                await asyncio.sleep(0.001)

        # The answer is lost where the server closed while more was coming.
        assert (await over)[:10] in {b"HTTP/1.1 4", b""}


async def test_who_begins_a_request_and_does_not_go_on_is_told_and_let_go(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_SECONDS", 0.1)

    async with line_to(server) as line:
        line.send(b"GET /healthz HTTP/1.1\r\nHost:")

        assert (await line.answer())[0] == 408
        assert await line.rest() == b""


async def test_who_begins_nothing_is_let_go(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_SECONDS", 0.1)

    async with line_to(server) as line:
        assert await line.rest() == b""


async def test_who_stops_in_the_middle_of_a_body_is_let_go_and_nothing_is_carried_out(
    server: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.1)

    async with line_to(server) as line:
        line.send(posted(NOTE)[:-5])

        assert await line.rest() == b""
    assert edge_schema.notes == []


async def test_for_each_thing_that_a_peer_is_waited_for_it_has_its_time(
    server: Edge, connections: list[HttpProtocol], monkeypatch: pytest.MonkeyPatch
) -> None:
    for_head, for_body, for_more = 10_000.0, 20_000.0, 30_000.0
    monkeypatch.setattr(http, "HEAD_SECONDS", for_head)
    monkeypatch.setattr(http, "BODY_SECONDS", for_body)

    async with line_to(server) as line:
        await until(lambda: connections != [])
        (connection,) = connections

        def has(seconds: float) -> Callable[[], bool]:
            return lambda: connection.deadline is not None and 0 <= connection.loop.time() + seconds - connection.deadline < 1_000

        await until(has(for_head))
        line.send(posted(HELLO)[: -len(HELLO)])
        await until(has(for_body))
        monkeypatch.setattr(http, "BODY_SECONDS", for_more)
        line.send(HELLO[:5])
        await until(has(for_more))
        line.send(HELLO[5:])
        assert (await line.answer())[0] == 200
        await until(lambda: connection.deadline is not None and connection.deadline < connection.loop.time() + 1_000)
        line.send(b"POST")
        await until(has(for_head))
        # Refused by its head alone.
        line.send(b" /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n1234")
        assert (await line.answer())[0] == 415
        await until(has(for_more))


async def test_while_a_request_is_worked_at_one_behind_it_is_read_and_no_more_and_it_ends_with_the_connection(
    server: Edge, connections: list[HttpProtocol]
) -> None:
    async with line_to(server) as line:
        line.send(posted(FOREVER, b"Accept: text/event-stream\r\n"))
        await until(lambda: edge_schema.running != [])
        (connection,) = connections
        assert connection.deadline is None
        assert not connection.flow.read_paused

        line.send(posted(HELLO))

        await until(lambda: connection.flow.read_paused)
        # Who is not read is not heard to leave, until something is written to them.
        connection.transport.abort()
        await until(lambda: edge_schema.running == [])


async def test_what_comes_behind_a_refusal_is_not_carried_out_though_an_answer_is_still_owed(
    server: Edge, connections: list[HttpProtocol]
) -> None:
    async with line_to(server) as line:
        line.send(posted(SLOWLY))
        await until(lambda: edge_schema.running != [])
        # Lines of nothing are no request, and not malformed.
        line.send(b"\r\n" * LONGEST_HEAD)
        await until(lambda: connections[0].is_over)
        line.send(posted(NOTE))

        assert (await line.answer())[0] == 200
        assert (await line.answer())[0] == 400
        assert await line.rest() == b""
    assert edge_schema.notes == ["asked for"]


async def test_of_a_connection_that_is_over_or_a_sockets_now_no_clock_goes_on(server: Edge, connections: list[HttpProtocol]) -> None:
    async with line_to(server), server.socket():
        await until(lambda: len(connections) == 2)
        ours, handed_over = sorted(connections, key=lambda each: each.timer is None)
        clock = ours.timer
        assert clock is not None

        assert handed_over.timer is None
    await until(clock.cancelled)


@asynccontextmanager
async def an_application(answer: Callable[[Request], object]) -> AsyncIterator[Edge]:
    async with serving(Starlette(routes=[Route("/", answer, methods=["POST"])])) as other:
        yield other


async def test_of_a_body_that_nobody_reads_little_is_taken_and_its_sender_is_not_blamed(connections: list[HttpProtocol]) -> None:
    body = b"x" * (16 * HIGH_WATER_LIMIT)
    begun, may_read = asyncio.Event(), asyncio.Event()

    async def slow(request: Request) -> Response:
        begun.set()
        await may_read.wait()
        return Response(str(len(await request.body())))

    async with an_application(slow) as server, line_to(server) as line:
        line.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body))
        await begun.wait()
        line.send(body)
        (connection,) = connections
        await until(lambda: connection.flow.read_paused)
        connection.stop_clock()
        connection.deadline = 0
        connection.look_at_clock()
        may_read.set()

        assert (await line.answer())[2] == str(len(body)).encode()


@pytest.mark.parametrize("announced", [b"3", b"9"])
async def test_a_body_of_another_length_than_was_said_tears_the_connection_and_nothing_follows_it(announced: bytes) -> None:
    async def false(_: Request) -> Response:
        response = Response(b"abcdef")
        response.raw_headers = [(b"content-length", announced)]
        return response

    request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
    async with an_application(false) as server, line_to(server) as line:
        line.send(request + request)

        assert (await line.rest()).count(b"HTTP/1.1") <= 1


@pytest.mark.parametrize("header", [(b"x\r\ny", b""), (b"x y", b""), (b"", b""), (b"x", b"a\r\nset-cookie: b"), (b"x", b"a\0b")])
def test_a_header_that_would_tear_the_answer_is_never_written(header: tuple[bytes, bytes]) -> None:
    with pytest.raises(RuntimeError):
        header_line(*header)


async def test_an_answer_that_is_asked_for_without_its_body_has_none(server: Edge) -> None:
    async with line_to(server) as line:
        line.send(b"HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n" + posted(HELLO))

        first = await line.reader.readuntil(b"\r\n\r\n")
        assert first.startswith(b"HTTP/1.1 ")
        assert (await line.answer())[2] == ANSWER
