"""The pages that are served before the web client is: a landing page, a GraphQL console, and their files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

STATIC = Path(__file__).parent / "static"


def page(name: str, status: int = 200) -> Response:
    return HTMLResponse(content_of(name), status, {"cache-control": "no-cache"})


@cache
def content_of(name: str) -> str:
    return (STATIC / name).read_text()


async def landing(request: Request) -> Response:
    return page("landing.html")


async def nothing_here(request: Request, error: Exception) -> Response:
    return JSONResponse({"errors": [{"code": "NOT_FOUND", "message": "There is nothing at this address.", "path": []}]}, 404)
