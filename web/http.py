"""HTTP/1.1 on a connection: uvicorn's protocol on httptools, whose parser is C, with bounds of our own, since that has none; and an answer
that is known whole goes out in one write."""

from __future__ import annotations

import asyncio
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

if TYPE_CHECKING:
    from uvicorn._types import HTTPScope

# Of a request: its line and its headers, or what stands between the pieces of its body. Browsers send about 1 KB; a document in an address
# has at most some more.
LONGEST_HEAD = 32 * 1024
MOST_HEADERS = 100
# Requests that a peer may send ahead of their answers. Browsers and proxies send none; in what is read at once there may be thousands, and
# those that wait take some kilobytes each.
MOST_OWED = 16
# From a connection's first moment, or a request's first byte, to the end of its headers; and between two parts of a body.
HEAD_SECONDS = 20.0
BODY_SECONDS = 60.0

# As RFC 9110 has them: a token; and what cannot end the line that it stands in.
NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")
WITHOUT_BODY = frozenset({204, 304})


class Malformed(Exception):
    """What the parser lets pass and we do not."""


@lru_cache(maxsize=512)
def header_line(name: bytes, value: bytes) -> bytes:
    """As it is sent. Most are the same in every answer. Raises RuntimeError for one that would tear the answer."""
    if not NAME.fullmatch(name) or not VALUE.fullmatch(value):
        raise RuntimeError(f"Not a header: {name!r}: {value!r}")
    return b"%b: %b\r\n" % (name, value)


class Exchange(RequestResponseCycle):
    """A request and its answer."""

    head = b""
    # Of the body, as announced; None of one that ends by a piece of its own, or with the connection.
    left: int | None = None
    is_chunked = False

    async def send(self, message: Any) -> None:
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if self.response_complete or (message["type"] == "http.response.start") is self.response_started:
            raise RuntimeError(f"Out of order: {message['type']}")
        if self.response_started:
            self.go_on(message.get("body", b""), is_last=not message.get("more_body", False))
        else:
            self.start(message["status"], [*self.default_headers, *message.get("headers", ())])

    def start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self.response_started = True
        self.waiting_for_100_continue = False
        told = dict(headers)
        is_closing = b"close" in told.get(b"connection", b"").lower()
        self.keep_alive = self.keep_alive and not is_closing
        lines = [STATUS_LINE[status], *(header_line(name, value) for name, value in headers)]
        if b"content-length" in told:
            self.left = int(told[b"content-length"])
        elif self.scope["http_version"] == "1.0":
            # It knows no pieces: the connection's end is the body's.
            self.keep_alive = False
        elif self.scope["method"] != "HEAD" and status not in WITHOUT_BODY:
            self.is_chunked = True
            lines.append(b"transfer-encoding: chunked\r\n")
        if not self.keep_alive and not is_closing:
            lines.append(b"connection: close\r\n")
        self.head = b"".join((*lines, b"\r\n"))
        if self.left is None:
            # Nobody knows when more comes of it.
            self.write(b"")

    def go_on(self, body: bytes, *, is_last: bool) -> None:
        if self.scope["method"] == "HEAD":
            body = b""
            self.left = None
        elif self.is_chunked:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"0\r\n\r\n" if is_last else b"")
        elif self.left is not None:
            self.left -= len(body)
            if self.left < 0 or (is_last and self.left):
                raise RuntimeError("The body is not as long as content-length says")
        self.write(body)
        if is_last:
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()

    def write(self, data: bytes) -> None:
        if self.head or data:
            self.transport.write(self.head + data)
            self.head = b""


class HttpProtocol(HttpToolsProtocol):
    """Refuses what is malformed or too large by a status of its own, behind the answers that are owed before it."""

    # What uvicorn declares as never None. Headers are there from a request's first byte to the end of its head.
    headers: Any
    cycle: Any
    # What is being answered; `cycle` is what came last.
    at_work: Exchange | None = None
    # Bytes since the last thing that was understood whole.
    unread = 0
    # Of the head that comes in.
    head_bytes = 0
    # Answers that are owed: of requests that came before the others were answered, one at a time is worked at.
    owed = 0
    # The status that the connection ends with.
    refusal: int | None = None
    is_over = False
    # By the loop's clock, when what is waited for of the peer is too late; None while it waits for us.
    deadline: float | None = None
    timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.new_parser()
        self.wait_for_peer(HEAD_SECONDS)
        self.look_at_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_clock()
        if self.at_work is not None and not self.at_work.response_complete:
            self.at_work.disconnected = True
            self.at_work.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    # In

    def new_parser(self) -> None:
        """Not uvicorn's, which lets anything follow a request that says it is the last."""
        self.parser = HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        if self.is_over:
            return
        self.unread += len(data)
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self.upgrade(data[upgrade.args[0] :])
        except HttpParserError:
            self.refuse(400)
        else:
            if self.unread > LONGEST_HEAD:
                self.refuse(431 if self.headers is not None else 400)

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []
        self.head_bytes = 0
        self.expect_100_continue = False
        if not self.owed:
            self.wait_for_peer(HEAD_SECONDS)

    def on_url(self, url: bytes) -> None:
        self.url += url
        self.count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.headers is None:
            # Behind the body: what was decided before it stays decided.
            return
        self.count_head(len(name) + len(value))
        if len(self.headers) == MOST_HEADERS:
            raise Malformed
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def count_head(self, length: int) -> None:
        self.head_bytes += length
        if self.head_bytes > LONGEST_HEAD:
            raise Malformed

    def on_headers_complete(self) -> None:
        self.unread = 0
        version = self.parser.get_http_version()
        check_framing(version, self.headers)
        if self.owed == MOST_OWED:
            raise Malformed
        path, _, query_string = self.url.partition(b"?")
        self.scope = cast(
            "HTTPScope",
            {
                "type": "http",
                "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
                "http_version": version,
                "server": self.server,
                "client": self.client,
                "scheme": self.scheme,
                "method": self.parser.get_method().decode("ascii"),
                "root_path": self.root_path,
                "path": self.root_path + unquote(path.decode("ascii")),
                "raw_path": self.root_path.encode("ascii") + path,
                "query_string": query_string,
                "headers": self.headers,
                "state": self.app_state.copy(),
            },
        )
        if not self.parser.should_upgrade():
            self.headers = None
            self.begin(keep_alive=version == "1.1" and self.parser.should_keep_alive())

    def begin(self, *, keep_alive: bool) -> None:
        self.cycle = Exchange(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )
        self.owed += 1
        self.wait_for_peer(BODY_SECONDS)
        if self.owed == 1:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self.at_work = cycle
        super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        self.unread = 0
        if self.headers is not None or self.cycle.response_complete:
            return
        self.cycle.body += body
        if len(self.cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        self.wait_for_peer(BODY_SECONDS)
        self.cycle.message_event.set()

    def on_message_complete(self) -> None:
        self.unread = 0
        if self.headers is not None:
            return
        self.cycle.more_body = False
        self.cycle.message_event.set()
        if not self.cycle.response_complete:
            self.deadline = None

    def upgrade(self, rest: bytes) -> None:
        """To WebSocket. Who asks for another protocol is answered in this one, for the last time; of such a request httptools has left out
        the body, so that it is read again as one that asks for nothing."""
        if self._should_upgrade():
            self.is_over = True
            if self.owed:
                self.refuse(400)
            else:
                self.stop_clock()
                self.handle_websocket_upgrade()
        elif self.scope["method"] == "CONNECT":
            self.refuse(405)
        else:
            self.new_parser()
            method, headers = self.scope["method"].encode(), self.scope["headers"]
            kept = (b"%b: %b\r\n" % header for header in headers if header[0] not in {b"upgrade", b"connection"})
            self.data_received(b"%b %b HTTP/1.1\r\n%bconnection: close\r\n\r\n%b" % (method, self.url, b"".join(kept), rest))

    # Out

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        self.owed -= 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self.refusal is not None:
            self.say(self.refusal)
        elif self.cycle.more_body:
            # It was answered before it was all there.
            self.wait_for_peer(BODY_SECONDS)
        else:
            self.wait_for_peer(self.timeout_keep_alive)

    def refuse(self, status: int) -> None:
        """The connection ends with what it is owed, and with this."""
        self.is_over = True
        if self.headers is None and self.cycle is not None and self.cycle.more_body:
            self.tear()
        if not self.owed:
            self.say(status)
        self.refusal = status

    def tear(self) -> None:
        """The request whose body is malformed will never be whole."""
        cycle = self.cycle
        if any(waiting is cycle for waiting, _ in self.pipeline):
            self.pipeline.popleft()
        elif cycle.response_complete:
            return
        else:
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self.transport.close()
        self.owed -= 1

    def say(self, status: int) -> None:
        if not self.transport.is_closing():
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()

    # Time

    def wait_for_peer(self, seconds: float) -> None:
        self.deadline = self.loop.time() + seconds

    def look_at_clock(self) -> None:
        """One timer for as long as the connection is, seldom looked at, is cheaper than one for each thing that is waited for."""
        now = self.loop.time()
        if self.deadline is not None and self.flow.read_paused:
            self.wait_for_peer(BODY_SECONDS)
        if self.deadline is not None and self.deadline <= now:
            self.give_up()
            return
        at = now + self.timeout_keep_alive
        self.timer = self.loop.call_at(at if self.deadline is None else min(at, self.deadline), self.look_at_clock)

    def give_up(self) -> None:
        """A peer that began something and does not go on is told; one that is silent between requests is not."""
        if self.headers is None or self.owed:
            self.transport.close()
        else:
            self.refuse(408)

    def stop_clock(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


def check_framing(version: str, headers: list[tuple[bytes, bytes]]) -> None:
    """Raises Malformed where another server on the way might take a request to end elsewhere, or to be for somebody else."""
    names = [name for name, _ in headers]
    hosts = names.count(b"host")
    if version not in {"1.0", "1.1"} or hosts > 1 or (not hosts and version == "1.1"):
        raise Malformed
    if b"transfer-encoding" in names and (version == "1.0" or dict(headers)[b"transfer-encoding"].lower() != b"chunked"):
        raise Malformed
