"""Stored files by signed address, and the tutorial's photographs."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

import models.tutorial
from models.upload import Upload
from schema.assets import check

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from web.parts import Parts

PHOTOS = Path(models.tutorial.__file__).parent / "photos"
PHOTO = re.compile(r"[a-z0-9_-]{1,64}\.(jpg|png|webp)")
SHA256 = re.compile(r"[0-9a-f]{64}")
# One range, as media players ask; a list of them is answered whole.
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
DAY = 86_400

# Whatever the bytes are, opened by themselves they can do nothing.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class Span(NamedTuple):
    """Bytes of a file, the end not included."""

    start: int
    end: int


async def asset(request: Request) -> Response:
    """A file to whoever has its address. Range requests are honoured, for players that seek."""
    parts: Parts = request.app.state.parts
    sha256 = request.path_params["sha256"]
    expires = request.query_params.get("exp", "")
    if not SHA256.fullmatch(sha256) or not check(sha256, expires, request.query_params.get("sig", "")):
        return refusal(403, "FORBIDDEN", "This address has expired or was changed. Load the page that gave it anew.")
    found = await Upload.filter(sha256=sha256).first()
    if found is None:
        return refusal(404, "NOT_FOUND", "There is no such file.")
    etag = f'"{sha256}"'
    headers = {
        "content-type": found.content_type,
        "content-disposition": "inline",
        "content-security-policy": SANDBOX,
        "cache-control": f"private, max-age={max(0, int(expires) - int(time.time()))}, immutable",
        "accept-ranges": "bytes",
        "etag": etag,
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    span = wanted(request, found.bytes, etag)
    if span is None:
        return Response(status_code=416, headers={"content-range": f"bytes */{found.bytes}"})
    headers["content-length"] = str(span.end - span.start)
    is_part = "range" in request.headers and span != Span(0, found.bytes)
    if is_part:
        headers["content-range"] = f"bytes {span.start}-{span.end - 1}/{found.bytes}"
    try:
        chunks = await parts.storage.open(sha256)
    except FileNotFoundError:
        return refusal(404, "NOT_FOUND", "There is no such file.")
    return StreamingResponse(cut(chunks, span), 206 if is_part else 200, headers)


async def photo(request: Request) -> Response:
    name = request.path_params["name"]
    if not PHOTO.fullmatch(name) or not (PHOTOS / name).is_file():
        return refusal(404, "NOT_FOUND", "There is no such picture.")
    return FileResponse(PHOTOS / name, headers={"cache-control": f"public, max-age={DAY}", "content-security-policy": SANDBOX})


def wanted(request: Request, size: int, etag: str) -> Span | None:
    """The bytes that a Range header asks for, all of them without one; None where there are none such."""
    match = RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or not any(match.groups()) or request.headers.get("if-range", etag) != etag:
        return Span(0, size)
    first, last = match.groups()
    if not first:
        return Span(max(size - int(last), 0), size) if int(last) else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    return Span(start, end) if start < end else None


async def cut(chunks: AsyncIterator[bytes], span: Span) -> AsyncIterator[bytes]:
    place = 0
    async for chunk in chunks:
        piece = chunk[max(span.start - place, 0) : max(span.end - place, 0)]
        place += len(chunk)
        if piece:
            yield piece
        if place >= span.end:
            return


def refusal(status: int, code: str, message: str) -> Response:
    return JSONResponse({"errors": [{"code": code, "message": message, "path": []}]}, status, {"cache-control": "no-store"})
