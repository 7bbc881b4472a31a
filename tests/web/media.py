"""Pictures and recordings for tests, made byte by byte where a library would not make what a test needs."""

from __future__ import annotations

import io
import struct
import wave
import zlib
from typing import Any

from mutagen.ogg import OggPage
from PIL import Image, ImageCms

GPS = 0x8825
ORIENTATION = 0x0112
ARTIST = 0x013B


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """Left half red, right half blue."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    output = io.BytesIO()
    picture.convert(mode).save(output, kind, **options)
    return output.getvalue()


def some_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[ARTIST] = "Ada Lovelace"
    exif[GPS] = {1: "N", 2: (38.0, 43.0, 20.0)}
    return exif


def a_wide_profile() -> bytes:
    """A colour profile of the size of a phone's."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def a_png_that_claims(width: int, height: int) -> bytes:
    """A bomb: a header that announces what the few bytes behind it do not hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def some_frames(kind: str) -> bytes:
    output = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(output, kind, save_all=True, append_images=frames[1:])
    return output.getvalue()


def a_wav(seconds: float = 1.5, rate: int = 8000) -> bytes:
    output = io.BytesIO()
    with wave.open(output, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(int(seconds * rate) * 2))
    return output.getvalue()


def a_wav_with_a_note() -> bytes:
    """With a LIST chunk that names the artist."""
    content = a_wav()
    note = b"LIST" + struct.pack("<I", 16) + b"INFOIART" + struct.pack("<I", 4) + b"Ada\0"[:4]
    note = note[:4] + struct.pack("<I", len(note) - 8) + note[8:]
    return content[:4] + struct.pack("<I", len(content) - 8 + len(note)) + content[8:] + note


def an_mp3(frames: int = 100) -> bytes:
    """Silence at 128 kbit/s and 44.1 kHz, 1152 samples a frame, after a tag that names the artist."""
    body = b"TPE1" + struct.pack(">I", 13) + b"\0\0" + b"\x03Ada Lovelace"
    tag = b"ID3\x04\0\0" + bytes([0, 0, 0, len(body)]) + body
    return tag + (b"\xff\xfb\x90\x64" + bytes(413)) * frames


def an_opus(seconds: float = 2.0) -> bytes:
    """An Ogg file with Opus' headers, comments that name the artist, and one packet that ends at `seconds`."""
    comment = b"ARTIST=Ada Lovelace"
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<II", 1, len(comment)) + comment
    pages = []
    for number, packet in enumerate((head, tags, b"\xf8\xff\xfe")):
        page: Any = OggPage()  # type: ignore[no-untyped-call]
        page.serial, page.sequence, page.packets = 7, number, [packet]
        page.position = int(seconds * 48_000) if number == 2 else 0
        page.first, page.last = number == 0, number == 2
        pages.append(page.write())
    return b"".join(pages)


def element(identity: int, body: bytes, *, is_endless: bool = False) -> bytes:
    size = b"\x01" + b"\xff" * 7 if is_endless else (0x0100_0000_0000_0000 | len(body)).to_bytes(8, "big")
    return identity.to_bytes((identity.bit_length() + 7) // 8, "big") + size + body


def a_webm(*, duration: float | None = None, codec: bytes = b"A_OPUS", track_type: int = 2, tags: bytes = b"") -> bytes:
    """As a browser's recorder writes it: segment and clusters without an end, blocks at 0, 1000 and 2480 ms."""
    info = element(0x2AD7B1, (1_000_000).to_bytes(3, "big"))
    if duration is not None:
        info += element(0x4489, struct.pack(">d", duration * 1000))
    track = element(0xAE, element(0x83, bytes([track_type])) + element(0x86, codec))

    def cluster(milliseconds: int, *offsets: int) -> bytes:
        blocks = b"".join(element(0xA3, b"\x81" + struct.pack(">h", offset) + b"\x80abc") for offset in offsets)
        return element(0x1F43B675, element(0xE7, milliseconds.to_bytes(2, "big")) + blocks, is_endless=True)

    inside = element(0x1549A966, info) + element(0x1654AE6B, track) + tags + cluster(0, 0) + cluster(1000, 0, 1480)
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(0x18538067, inside, is_endless=True)


def some_tags() -> bytes:
    return element(0x1254C367, element(0x7373, element(0x67C8, element(0x45A3, b"ARTIST") + element(0x4487, b"Ada Lovelace"))))
