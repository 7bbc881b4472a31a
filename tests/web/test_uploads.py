"""POST /uploads and GET /assets: what is taken, what becomes of it, and who gets it back."""

from __future__ import annotations

import asyncio
import hashlib
import io
from typing import Any

import httpx
import pytest
from PIL import Image

from models import Scope, Upload
from schema.assets import asset_url
from schema.ids import read_id
from tests.web.conftest import Edge, SignedIn, signed_in
from tests.web.media import (
    a_picture,
    a_png_that_claims,
    a_wav,
    a_wav_with_a_note,
    a_webm,
    a_wide_profile,
    an_mp3,
    an_opus,
    some_exif,
    some_frames,
    some_tags,
)
from tests.web.test_graphql import a_token

PART = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def send(server: Edge, by: SignedIn | str, content: bytes, name: str = "file", **headers: str) -> httpx.Response:
    known = {"authorization": f"Bearer {by}"} if isinstance(by, str) else {**by.cookie, "tidemark-upload": "1"}
    return await server.client().post("/uploads", files={name: ("nothing.jpg", content, "image/jpeg")}, headers={**known, **headers})


async def stored(server: Edge, content: bytes) -> tuple[Upload, bytes]:
    """The row, and the bytes that /assets gives back."""
    response = await send(server, await signed_in(), content)
    assert response.status_code == 201, response.text
    row = await Upload.get(id=read_id("Upload", response.json()["id"]))
    return row, (await server.client().get(asset_url(row.sha256))).content


def error_of(response: httpx.Response) -> tuple[int, str]:
    (error,) = response.json()["errors"]
    assert set(error) == {"code", "message", "path"}
    return response.status_code, error["code"]


async def test_a_picture_is_taken_and_told_with_its_size(server: Edge) -> None:
    ada = await signed_in()

    response = await send(server, ada, a_picture(size=(60, 40)))

    assert response.status_code == 201
    assert response.json() | {"id": "…"} == {"id": "…", "kind": "IMAGE", "width": 60, "height": 40, "seconds": None}
    row = await Upload.get(id=read_id("Upload", response.json()["id"]))
    assert (row.user_id, row.organization_id, row.content_type) == (ada.user.id, None, "image/jpeg")


async def test_a_photograph_is_turned_upright_and_tells_nothing_of_where_and_by_whom(server: Edge) -> None:
    row, content = await stored(
        server, a_picture(size=(60, 40), exif=some_exif(orientation=6), comment=b"Ada was here", icc_profile=a_wide_profile())
    )

    picture = Image.open(io.BytesIO(content)).convert("RGB")
    assert (row.width, row.height) == picture.size == (40, 60)
    # Turned a quarter clockwise, the left half is above.
    assert picture.getpixel((20, 10))[0] > 200  # type: ignore[index]
    assert picture.getpixel((20, 50))[2] > 200  # type: ignore[index]
    assert dict(Image.open(io.BytesIO(content)).getexif()) == {}
    assert not any(word in content for word in (b"Ada", b"Exif", b"ICC_PROFILE"))
    assert row.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1"])
async def test_other_kinds_of_picture_keep_their_pixels_and_lose_the_rest(server: Edge, kind: str, mode: str) -> None:
    options: dict[str, dict[str, Any]] = {"GIF": {}, "PNG": {"exif": some_exif()}, "WEBP": {"exif": some_exif(), "lossless": True}}
    sent = a_picture(kind, mode=mode, **options[kind])

    row, content = await stored(server, sent)

    assert row.content_type == ("image/webp" if kind == "WEBP" else "image/png")
    before, after = (Image.open(io.BytesIO(data)).convert("RGBA") for data in (sent, content))
    assert before.tobytes() == after.tobytes()
    assert b"Ada" not in content


async def test_transparency_of_a_palette_is_kept(server: Edge) -> None:
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    output = io.BytesIO()
    picture.save(output, "PNG", transparency=0)

    _, content = await stored(server, output.getvalue())

    assert Image.open(io.BytesIO(content)).convert("RGBA").getpixel((0, 0)) == (255, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "kind", "seconds"),
    [
        (a_wav(1.5), "audio/wav", 1.5),
        (a_wav_with_a_note(), "audio/wav", 1.5),
        (an_mp3(100), "audio/mpeg", 100 * 1152 / 44_100),
        (an_opus(2.0), "audio/ogg", 2.0),
        (a_webm(), "audio/webm", 2.5),
        (a_webm(duration=3.25, tags=some_tags()), "audio/webm", 3.25),
    ],
)
async def test_a_recording_is_taken_with_its_length_and_without_its_tags(server: Edge, content: bytes, kind: str, seconds: float) -> None:
    row, kept = await stored(server, content)

    assert (row.kind, row.content_type, row.width) == ("AUDIO", kind, None)
    assert row.seconds == pytest.approx(seconds, abs=0.03)
    assert not any(word in kept for word in (b"Ada", b"IART"))


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (SVG, 415),
        (b"<?xml version='1.0'?>" + SVG, 415),
        (b"<html><script>alert(1)</script></html>", 415),
        (b"%PDF-1.7", 415),
        (b"PK\x03\x04" + bytes(100), 415),
        (b"BM" + bytes(100), 415),
        (b"II*\0" + bytes(100), 415),
        (b"GIF", 415),
        (b"", 415),
        (a_picture()[:400], 422),
        (a_picture("PNG")[:100], 422),
        (b"\xff\xd8\xff" + SVG, 422),
        (b"GIF89a" + SVG, 422),
        (a_png_that_claims(60_000, 60_000), 422),
        (a_png_that_claims(16_385, 10), 422),
        (a_png_that_claims(10_000, 5_001), 422),
        (a_png_that_claims(5_000, 5_000), 422),
        (some_frames("GIF"), 422),
        (some_frames("WEBP"), 422),
        (some_frames("PNG"), 422),
        (a_wav()[:-100], 422),
        # A chunk that claims to be longer than the file.
        (a_wav()[:36] + b"dxta\xff\xff\xff\x00", 422),
        (b"RIFF\x24\0\0\0WAVE" + bytes(100), 422),
        (a_wav(0), 422),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(1000), 422),
        (b"\xff\xfb\x90\x64" + SVG * 20, 422),
        (an_opus()[:60], 422),
        (b"OggS" + bytes(100), 422),
        (a_webm(track_type=1), 422),
        (a_webm(codec=b"V_VP9"), 422),
        (a_webm()[:70], 422),
        (b"\x1aE\xdf\xa3" + bytes(100), 422),
        (a_webm(duration=90_000), 422),
        (a_webm(duration=float("nan")), 422),
    ],
)
async def test_what_is_no_sound_picture_or_recording_is_refused_and_nothing_is_kept(server: Edge, content: bytes, status: int) -> None:
    response = await send(server, await signed_in(), content)

    assert error_of(response) == (status, "INVALID_INPUT")
    assert response.json()["errors"][0]["path"] == ["file"]
    assert await Upload.all().count() == 0


@pytest.mark.parametrize("side", [8_000, 60_000, 2**31 - 1])
async def test_a_picture_of_too_many_pixels_is_told_what_is_taken(server: Edge, side: int) -> None:
    response = await send(server, await signed_in(), a_png_that_claims(side, side))

    assert response.json()["errors"][0]["message"].startswith("A picture has at most 50 megapixels and 16,384 pixels a side; this one ")


async def test_a_file_that_is_two_things_at_once_comes_back_as_the_picture_only(server: Edge) -> None:
    _, content = await stored(server, a_picture() + b"<script>alert(1)</script>PK\x03\x04")

    assert b"script" not in content


async def test_a_picture_over_its_limit_is_413_while_it_is_still_coming(server: Edge) -> None:
    ada = await signed_in()
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield PART + a_picture()
        while sent < 2**28:
            sent += 2**18
            yield bytes(2**18)
            await asyncio.sleep(0)

    headers = {**ada.cookie, "tidemark-upload": "1", "content-type": "multipart/form-data; boundary=x"}
    try:
        response = await server.client().post("/uploads", content=endless(), headers=headers)
        assert error_of(response) == (413, "INVALID_INPUT")
    except httpx.HTTPError:
        pass  # told by closing, while it still sends
    announced = await send(server, ada, bytes(51 * 2**20))

    assert sent < 2**27
    assert error_of(announced) == (413, "INVALID_INPUT")
    assert await Upload.all().count() == 0


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--x--", 415),
        ("", b"", 415),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=" + "x" * 5_000, b"", 400),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", PART + a_picture(), 400),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nabc\r\n--x--\r\n', 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nGIF89a\r\n' * 2 + b"--x--\r\n",
            400,
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 10_000 + b"\r\n--x--\r\n", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: " + b"x" * 10_000 + b"\r\n\r\n--x--\r\n", 400),
    ],
)
async def test_a_malformed_form_is_refused(server: Edge, content_type: str, body: bytes, status: int) -> None:
    ada = await signed_in()
    headers = {**ada.cookie, "tidemark-upload": "1", "content-type": content_type}

    response = await server.client().post("/uploads", content=body, headers=headers)

    assert error_of(response) == (status, "INVALID_INPUT")


# Who may


async def test_nobody_unknown_uploads(server: Edge) -> None:
    files = {"file": ("a.jpg", a_picture(), "image/jpeg")}

    unknown = await server.client().post("/uploads", files=files, headers={"tidemark-upload": "1"})
    ended = await server.client().post("/uploads", files=files, headers={"tidemark-upload": "1", "cookie": "tidemark_session=x"})

    assert error_of(unknown) == error_of(ended) == (401, "UNAUTHENTICATED")


async def test_a_cookie_alone_is_not_enough_because_a_form_elsewhere_would_send_it(server: Edge) -> None:
    ada = await signed_in()
    files = {"file": ("a.jpg", a_picture(), "image/jpeg")}

    async def status(**headers: str) -> int:
        return (await server.client().post("/uploads", files=files, headers={**ada.cookie, **headers})).status_code

    assert await status() == 403
    assert await status(origin="https://evil.test") == 403
    assert await status(**{"tidemark-upload": "1", "origin": "https://evil.test"}) == 403
    assert await status(**{"tidemark-upload": "1", "sec-fetch-site": "cross-site"}) == 403
    assert await Upload.all().count() == 0
    assert await status(origin=server.origin) == 201
    assert await status(**{"tidemark-upload": "1"}) == 201


async def test_a_partner_uploads_for_the_organization_with_the_scope_for_it_only(server: Edge) -> None:
    reader = await send(server, await a_token(Scope.PROJECTS_READ), a_picture())
    assert error_of(reader) == (403, "FORBIDDEN")


async def test_a_partners_upload_is_the_organizations(server: Edge) -> None:
    response = await send(server, await a_token(Scope.PROJECTS_WRITE), a_picture())

    assert response.status_code == 201
    row = await Upload.get(id=read_id("Upload", response.json()["id"]))
    assert (row.user_id, row.organization_id) == (None, 1)


async def test_too_many_uploads_are_put_off(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.uploads.UPLOADS", 1)
    ada = await signed_in()

    assert (await send(server, ada, a_picture())).status_code == 201
    late = await send(server, ada, a_picture())

    assert error_of(late) == (429, "RATE_LIMITED")
    assert late.headers["retry-after"].isdigit()


async def test_by_get_there_is_nothing(server: Edge) -> None:
    assert (await server.client().get("/uploads")).status_code == 405


# Addresses


async def test_an_asset_is_served_so_that_it_can_do_nothing_by_itself(server: Edge) -> None:
    row, _ = await stored(server, a_picture())

    response = await server.client().get(asset_url(row.sha256))

    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-disposition"] == "inline"
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["cache-control"].startswith("private, max-age=")
    assert int(response.headers["content-length"]) == row.bytes == len(response.content)
    again = await server.client().get(asset_url(row.sha256), headers={"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_an_address_that_was_changed_or_has_expired_is_refused(server: Edge) -> None:
    row, _ = await stored(server, a_picture())
    good = asset_url(row.sha256)
    path, _, query = good.partition("?")
    expires, signature = (part.partition("=")[2] for part in query.split("&"))

    for address in (
        path,
        f"{path}?exp={expires}",
        f"{path}?exp={int(expires) + 1}&sig={signature}",
        f"{path}?exp={expires}&sig={signature[:-1]}",
        f"{path}?exp={expires}&sig={'0' * len(signature)}",
        f"{path}?exp=99999999999999999999&sig={signature}",
        f"{path}?exp=x&sig={signature}",
        good.replace(row.sha256, "0" * 64),
        good.replace(row.sha256, "..%2F..%2Fetc%2Fpasswd"),
        asset_url(row.sha256, at=1_000_000),
    ):
        assert (await server.client().get(address)).status_code in {403, 404}, address
    assert (await server.client().get(good)).status_code == 200


async def test_an_address_of_nothing_is_not_found(server: Edge) -> None:
    assert (await server.client().get(asset_url("0" * 64))).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=5-", 206, 5, None),
        ("bytes=-10", 206, -10, None),
        ("bytes=10-99999999", 206, 10, None),
        ("bytes=0-", 200, 0, None),
        ("bytes=9-5", 416, 0, 0),
        ("bytes=99999999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=0-1,3-4", 200, 0, None),
        ("bytes=-", 200, 0, None),
        ("lines=1-2", 200, 0, None),
    ],
)
async def test_a_player_may_ask_for_a_part(server: Edge, wanted: str, status: int, start: int, end: int | None) -> None:
    row, whole = await stored(server, a_wav())

    response = await server.client().get(asset_url(row.sha256), headers={"range": wanted})

    assert response.status_code == status
    assert response.content == whole[start:end]


async def test_the_tutorials_photographs_are_public_and_nothing_beside_them_is(server: Edge) -> None:
    photo = await server.client().get("/tutorial/cat.jpg")

    assert (photo.status_code, photo.headers["content-type"]) == (200, "image/jpeg")
    for name in ("nothing.jpg", "__init__.py", "..%2f__init__.py", "%2e%2e%2flessons.py", "cat.jpg/", "CAT.JPG"):
        assert (await server.client().get(f"/tutorial/{name}")).status_code == 404
