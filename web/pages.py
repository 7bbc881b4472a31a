"""The web client's files as its build left them, and the GraphQL console."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.websockets import WebSocketClose

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
CLIENT = Path(__file__).parent / "client" / "dist"

FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}")
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
# The build names these by their contents, so what is behind a name never changes.
FOR_EVER = "public, max-age=31536000, immutable"
# Asked for again at every start, and answered with 304 while nothing has changed.
EACH_TIME = "no-cache"


def page(name: str, status: int = 200) -> Response:
    return HTMLResponse(content_of(name), status, {"cache-control": EACH_TIME})


@cache
def content_of(name: str) -> str:
    return (STATIC / name).read_text()


async def client(scope: Scope, receive: Receive, send: Send) -> None:
    """The client for every address that is nothing else's: which page that is, it knows itself."""
    if scope["type"] == "websocket":
        await WebSocketClose()(scope, receive, send)
        return
    request = Request(scope)
    response = client_page(request) if request.method in {"GET", "HEAD"} else await nothing_here(request)
    await response(scope, receive, send)


def client_page(request: Request) -> Response:
    name = request.url.path.removeprefix("/")
    if FILE.fullmatch(name) and (CLIENT / name).suffix in TYPES and (CLIENT / name).is_file():
        return built(request, CLIENT / name, EACH_TIME)
    index = CLIENT / "index.html"
    if not index.is_file():
        return HTMLResponse("<p>The web client is not built yet: <code>make client</code> does it.", 503, {"cache-control": "no-store"})
    return built(request, index, EACH_TIME)


async def client_file(request: Request) -> Response:
    """One of the files that the client's index names."""
    name = request.path_params["name"]
    file = CLIENT / "client" / name
    if not FILE.fullmatch(name) or file.suffix not in TYPES or not file.is_file():
        return await nothing_here(request)
    return built(request, file, FOR_EVER)


def built(request: Request, file: Path, cache_control: str) -> Response:
    """As the build compressed it, for whom takes that."""
    headers = {"content-type": TYPES[file.suffix], "cache-control": cache_control, "vary": "accept-encoding"}
    compressed = file.with_name(f"{file.name}.gz")
    if "gzip" in request.headers.get("accept-encoding", "") and compressed.is_file():
        file, headers["content-encoding"] = compressed, "gzip"
    response = FileResponse(file, headers=headers, stat_result=file.stat())
    if response.headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers | {"etag": response.headers["etag"]})
    return response


async def nothing_here(request: Request, error: Exception | None = None) -> Response:
    return JSONResponse({"errors": [{"code": "NOT_FOUND", "message": "There is nothing at this address.", "path": []}]}, 404)
