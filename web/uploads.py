"""POST /uploads: one file, streamed to disk, made safe, stored under the hash of what is stored."""

from __future__ import annotations

import asyncio
from math import ceil
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from models.api_token import Scope
from models.organization import Organization
from models.upload import Upload
from ops.media import AUDIO_LIMIT, IMAGE_LIMIT, SNIFFED_BYTES, UnfitFile, is_audio, is_image, made_safe
from ops.throttle import throttle
from schema.errors import Forbidden, RateLimited, Unauthenticated
from schema.ids import public_id
from web.admission import Denied, admitted, too_often, unauthenticated
from web.body import TooLarge, check_length, drain
from web.caller import has_own_origin
from web.parts import Parts

if TYPE_CHECKING:
    from starlette.requests import Request

    from web.caller import Caller

FIELD = b"file"
HEADER = "tidemark-upload"
# The parts' own headers and delimiters.
ENVELOPE_BYTES = 16 * 1024
IN_MEMORY_BYTES = 1024 * 1024
# A slow phone sends 20 MB in this time at 700 kbit/s.
UPLOAD_SECONDS = 240
# One person's media tasks; partners, who bring thousands of pictures, have the general limit only.
UPLOADS, UPLOADS_SECONDS = 300, 600


class Refused(Exception):
    def __init__(self, status: int, message: str, *path: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"code": "INVALID_INPUT", "message": message, "path": list(path)}
        self.headers = headers


async def upload(request: Request) -> Response:
    """201 and the upload; else `{"errors": [{"code", "message", "path"}]}`. Anything but one part named `file` is passed over."""
    parts: Parts = request.app.state.parts
    try:
        caller, _ = await admitted(request, parts)
        await check_may_upload(request, parts, caller)
        stored = await taken(request, parts, caller)
    except Denied as denied:
        told = {"code": denied.error.code, "message": denied.error.message, "path": []}
        return JSONResponse({"errors": [told]}, denied.status, denied.headers)
    except Refused as refused:
        return JSONResponse({"errors": [refused.error]}, refused.status, refused.headers)
    shape = {"width": stored.width, "height": stored.height, "seconds": stored.seconds}
    return JSONResponse({"id": public_id("Upload", stored.id), "kind": stored.kind, **shape}, 201)


async def check_may_upload(request: Request, parts: Parts, caller: Caller) -> None:
    """Raises Denied. A form on a stranger's page cannot set a header, and does not have our Origin."""
    if not caller.is_known:
        raise unauthenticated(Unauthenticated())
    if caller.token is not None:
        if not caller.token.allows(Scope.PROJECTS_WRITE):
            raise Denied(403, Forbidden("This token needs the scope PROJECTS_WRITE."))
        return
    if request.headers.get(HEADER) != "1" and not has_own_origin(request, parts.settings):
        raise Denied(403, Forbidden("Send the header Tidemark-Upload: 1."))
    if caller.is_partner:
        return
    wait = await throttle(parts.redis, "uploads", caller.key or "", UPLOADS, UPLOADS_SECONDS)
    if wait is not None:
        raise too_often(RateLimited("Too many uploads. Wait a little.", retry_after=ceil(wait), limit=UPLOADS))


async def taken(request: Request, parts: Parts, caller: Caller) -> Upload:
    with SpooledTemporaryFile(IN_MEMORY_BYTES) as temporary:
        file = cast("BinaryIO", temporary)
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                await receive(request, file)
            async with parts.decoding:
                facts, content = await asyncio.to_thread(made_safe, file)
        except TooLarge:
            await drain(request)
            told = f"Pictures have at most {IMAGE_LIMIT // 2**20} MiB, recordings {AUDIO_LIMIT // 2**20}."
            raise Refused(413, told, "file", connection="close") from None
        except UnfitFile as error:
            raise Refused(error.status, error.message, "file") from None
        except (TimeoutError, ClientDisconnect):
            raise Refused(408, "The file did not arrive in time.", "file", connection="close") from None
    await parts.storage.put(facts["sha256"], content, facts["content_type"])
    organization = await Organization.get(id=caller.token.organization_id) if caller.token else None
    return await Upload.record(**facts, owner=caller.viewer, organization=organization)


async def receive(request: Request, file: BinaryIO) -> None:
    """Writes the part named `file` as it comes. Raises TooLarge, UnfitFile, or Refused for a body that is no such form."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise Refused(415, "Send multipart/form-data with a part named `file`.", connection="close")
    check_length(request, AUDIO_LIMIT + ENVELOPE_BYTES)
    form = Form(file)
    try:
        parser = MultipartParser(boundary, form.callbacks())
        async for chunk in request.stream():
            form.count(len(chunk))
            parser.write(chunk)
        parser.finalize()
    except FormParserError:
        raise Refused(400, "The body is not well-formed multipart/form-data.", connection="close") from None
    form.check()


class Form:
    """Takes the multipart parser's events, keeps the part that is wanted, and stops what is too large or of no use as soon as it shows."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.head = b""
        self.size = 0
        self.received = 0
        self.name = b""
        self.header = bytearray()
        self.value = bytearray()
        self.is_file = False
        self.files = 0
        self.is_complete = False

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self.part_begins,
            "on_header_field": lambda data, start, end: self.header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self.value.extend(data[start:end]),
            "on_header_end": self.header_ends,
            "on_headers_finished": self.headers_end,
            "on_part_data": self.part_data,
            "on_end": self.ends,
        }

    def count(self, received: int) -> None:
        self.received += received
        if self.received > AUDIO_LIMIT + ENVELOPE_BYTES:
            raise TooLarge(AUDIO_LIMIT)

    def check(self) -> None:
        if not self.is_complete:
            raise UnfitFile("The body ends in the middle of the form.", status=400)
        if self.files != 1:
            raise UnfitFile("Send one part named `file`.", status=400)
        self.check_kind()

    def part_begins(self) -> None:
        self.name, self.is_file = b"", False
        self.header.clear()
        self.value.clear()

    def header_ends(self) -> None:
        if self.header.lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self.value))
            self.name = options.get(b"name", b"")
        self.header.clear()
        self.value.clear()

    def headers_end(self) -> None:
        self.is_file = self.name == FIELD
        self.files += self.is_file
        if self.files > 1:
            raise UnfitFile("Send one part named `file`.", status=400)

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if not self.is_file:
            return
        chunk = data[start:end]
        if len(self.head) < SNIFFED_BYTES:
            self.head += chunk[: SNIFFED_BYTES - len(self.head)]
            if len(self.head) == SNIFFED_BYTES:
                self.check_kind()
        self.size += len(chunk)
        limit = IMAGE_LIMIT if is_image(self.head) else AUDIO_LIMIT
        if self.size > limit:
            raise TooLarge(limit)
        self.file.write(chunk)

    def check_kind(self) -> None:
        if not is_image(self.head) and not is_audio(self.head):
            raise UnfitFile("Pictures are taken as JPEG, PNG, WebP or GIF, recordings as WAV, MP3, Ogg or WebM.", status=415)

    def ends(self) -> None:
        self.is_complete = True
