"""uvicorn as Tidemark needs it, in one place: for `bin/tidemark serve` and for the tests."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, cast

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from realtime.wire import uncircled
from web.http import HttpProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from ops.settings import Settings
    from realtime.wire import Wire

# A key of the scope's extensions: drops the connection at once, with what is not sent yet.
ABORT = "tidemark.abort"
# Another: hands the connection over to a `Wire`, once it is accepted.
HAND_OVER = "tidemark.hand_over"
# Another, of a request: takes what is called when the server is asked to stop, for an answer that does not end by itself. None unsays it.
WHEN_STOPPING = "tidemark.when_stopping"
# The largest message of anybody; what a caller may send is checked again once it is known who calls.
MAX_MESSAGE = 16 * 1024 * 1024
# WebSocket's own pings, which browsers answer by themselves: a peer that is gone is noticed within forty seconds.
PING_SECONDS = 20.0
# How long what we sent may stay unacknowledged.
SILENT_SECONDS = 40
# Connections that wait to be accepted.
BACKLOG = 2048
# After SIGTERM: sockets are closed with 1012, requests may end.
SHUTDOWN_SECONDS = 10


class HandedOver(asyncio.Transport):
    """What uvicorn holds of a connection that is not its any more."""

    def is_closing(self) -> bool:
        return True

    def close(self) -> None:
        """uvicorn closes when the application returns."""


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, but a connection may be handed over, and a peer that takes nothing is dropped: uvicorn closes in good manners only, which
    waits for its buffer for ever."""

    async def run_asgi(self) -> None:
        extensions: Any = self.scope["extensions"]
        extensions[ABORT] = self.transport.abort
        extensions[HAND_OVER] = self.hand_over
        try:
            await super().run_asgi()
        finally:
            # They know us: without the circle we are freed at once, and not when the collector comes.
            extensions.clear()

    def hand_over(self, wire: Wire) -> tuple[asyncio.Transport, float] | None:
        """From now on the wire is called by the transport, which is returned with the seconds between pings. None where uvicorn knows more
        than the handshake: a part of a frame that came, an extension, a close that began. Then ASGI goes on."""
        if self.is_under_way():
            return None
        transport, ping_seconds = self.transport, self.ping_interval or PING_SECONDS
        self.stop_keepalive()
        self.connections.discard(self)
        # On its stop uvicorn calls shutdown() of each, and waits until they have left.
        cast("set[Any]", self.connections).add(wire)
        wire.when_lost = self.connections.discard
        self.transport = HandedOver()
        # It parses no more; a parser that waits holds itself, and would be there until the collector comes.
        self.conn.parser.close()
        transport.set_protocol(wire)
        return transport, ping_seconds

    def is_under_way(self) -> bool:
        begun = not self.handshake_complete or self.close_sent or self.disconnected or self.transport.is_closing()
        reader = getattr(self.conn, "reader", None)
        is_between_frames = getattr(reader, "buffer", None) == b""
        return begun or self.is_full() or not is_between_frames or not self.queue.empty() or bool(self.frames or self.conn.extensions)

    def is_full(self) -> bool:
        return not self.writable.is_set()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.close" and self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)
        elif message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            # Refused, and answered whole: uvicorn would log each time that the application had failed.
            self.handshake_complete = True

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()


class RequestProtocol(HttpProtocol):
    """An answer that goes on and on can be dropped, and hears of the server's stop, which would wait for its end."""

    _when_stopping: Callable[[], None] | None = None

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        cycle.scope["extensions"] = {ABORT: self.transport.abort, WHEN_STOPPING: self._call_when_stopping}
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        uncircled(self.transport)
        self._let_go()

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        self._let_go()

    def _let_go(self) -> None:
        """Of all that knows us: without the circles we are freed at once, and not when the collector comes."""
        self.parser = self.cycle = self.at_work = self.scope = cast("Any", None)

    def _call_when_stopping(self, when_stopping: Callable[[], None] | None) -> None:
        self._when_stopping = when_stopping

    def shutdown(self) -> None:
        super().shutdown()
        if self._when_stopping is not None:
            self._when_stopping()


def listening(host: str, port: int, family: int = socket.AF_INET) -> socket.socket:
    """What a server is handed. Raises OSError."""
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    # Connections inherit it. asyncio sets it only on sockets that name their protocol; without it a second write waits for the peer's
    # delayed ACK: 40 ms on every response of a kept connection and on every push.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # The kernel gives up a peer that is gone without a word: it would try for a quarter of an hour, and event streams know no pongs.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)
    return listener


def server_config(app: ASGIApp, settings: Settings, *, ping_seconds: float = PING_SECONDS) -> uvicorn.Config:
    """For a server that is handed a listening socket."""
    return uvicorn.Config(
        app,
        http=RequestProtocol,
        loop="asyncio",
        ws=SocketProtocol,
        ws_max_size=MAX_MESSAGE,
        ws_ping_interval=ping_seconds,
        ws_ping_timeout=ping_seconds,
        # It costs memory a socket and time a message, and our messages are small.
        ws_per_message_deflate=False,
        # Whose X-Forwarded-For counts is TRUSTED_PROXIES; uvicorn's own default is to believe everybody on this machine.
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        reset_contextvars=True,
        lifespan="on",
    )
