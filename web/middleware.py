"""Around every request: its id, a line in the log, its metrics, and the headers that keep browsers careful."""

from __future__ import annotations

import re
import time
from secrets import token_hex
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse

from ops.logs import in_every_line, logger
from ops.metrics import HTTP_REQUESTS, HTTP_SECONDS, labelled
from schema.errors import tell

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logger(__name__)

STARTS = frozenset({"http.response.start", "websocket.http.response.start"})
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
# A client may send any word; labels are few.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# nginx's word for it: the status of a request whose client went away, which nobody is told.
CLIENT_GONE = 499
QUIET_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

# No script, style or frame but our own files; pictures also from blobs, which the editor draws.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Recording answers takes both; the rest nobody needs.
    "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
}
HTTPS_HEADERS = {"strict-transport-security": "max-age=31536000"}


class Observed:
    """ASGI middleware. Gives `scope["state"]["request_id"]`, and binds it to every line logged meanwhile."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        headers = SECURITY_HEADERS | (HTTPS_HEADERS if is_https else {})
        # As they are sent.
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.names = {name for name, _ in self.headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            await self.observe(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def observe(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request_id = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        in_every_line(anew=True, request_id=request_id)
        seen: dict[str, int] = {}

        async def send_with_headers(message: Message) -> None:
            look_at(message, seen)
            if message["type"] in STARTS:
                own = list(message.get("headers", ()))
                named = self.names.intersection(name for name, _ in own)
                more = [header for header in self.headers if header[0] not in named] if named else self.headers
                message["headers"] = [*own, *more, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except ClientDisconnect:
            # In the midst of its own request: nobody is there to be answered.
            seen.setdefault("status", CLIENT_GONE)
        except Exception as error:
            if scope["type"] != "http" or "status" in seen:
                raise
            await failure(error)(scope, receive, send_with_headers)
        finally:
            noted(scope, seen, time.perf_counter() - started)


def failure(error: Exception) -> JSONResponse:
    """As for a GraphQL error: a reference, and nothing else of it; and when to come again, where it passes by itself."""
    told = tell(error)
    seconds = told["extensions"].get("retryAfter")
    return JSONResponse({"errors": [told]}, 503 if seconds else 500, {"retry-after": str(seconds)} if seconds else None)


def look_at(message: Message, seen: dict[str, int]) -> None:
    if message["type"] in STARTS:
        seen["status"] = message["status"]
    elif message["type"] == "websocket.accept":
        seen["status"] = 101
    elif message["type"] == "websocket.close":
        seen["close_code"] = message.get("code", 1000)


def request_id_of(scope: Scope) -> str:
    """The caller's own, where it is a plain word; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return token_hex(16)


def noted(scope: Scope, seen: dict[str, int], seconds: float) -> None:
    status = seen.get("status", 500)
    if scope["type"] == "http":
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in METHODS else "other"
        labelled(HTTP_REQUESTS, method, route, status).inc()
        if not scope["state"].get("is_stream"):
            labelled(HTTP_SECONDS, route).observe(seconds)
    if scope["path"] not in QUIET_PATHS:
        client = scope.get("client")
        log.info(
            "request" if scope["type"] == "http" else "socket",
            method=scope.get("method"),
            path=scope["path"],
            ip=client[0] if client else None,
            milliseconds=round(seconds * 1000, 1),
            status=status,
            close_code=seen.get("close_code"),
        )
