"""A picture that somebody sent, made safe: checked before it is decoded, turned upright, encoded anew from its pixels alone."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, UnidentifiedImageError

if TYPE_CHECKING:
    from collections.abc import Callable

MEBIBYTE = 1024 * 1024
IMAGE_LIMIT = 20 * MEBIBYTE
# A photograph of the largest phones; as RGBA it takes 200 MB for the moment in which it is encoded.
MAX_PIXELS = 50_000_000
MAX_SIDE = 16_384
MOST = f"{MAX_PIXELS // 1_000_000} megapixels and {MAX_SIDE:,} pixels a side"
LOSSY_QUALITY = 92

# What is decoded at all: every other decoder of Pillow's is more to attack.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# What Pillow's decoders raise for broken files.
DAMAGED = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, OverflowError, struct.error)
PNG_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})


class UnfitFile(Exception):
    """A file that is not taken. `code` is of the contract's ErrorCode, `status` of HTTP."""

    def __init__(self, message: str, *, status: int = 422) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    content_type: str
    width: int
    height: int


def is_image(head: bytes) -> bool:
    """By its first twelve bytes, whatever its name says."""
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def read_picture(file: BinaryIO) -> Picture:
    """The picture encoded anew. Raises UnfitFile. Takes CPU and memory: call it in a thread, two at once at the most."""
    with warnings.catch_warnings():
        # Pillow only warns of what it thinks a bomb; we look for ourselves, before anything is decoded.
        warnings.simplefilter("ignore")
        try:
            with Image.open(file, formats=FORMATS) as opened:
                check(opened)
                return encoded(opened)
        except UnfitFile:
            raise
        except UnidentifiedImageError:
            raise UnfitFile("This is no picture that can be read.") from None
        except Image.DecompressionBombError:
            # Pillow's own limit, several times ours: it refuses to tell the size.
            raise UnfitFile(f"A picture has at most {MOST}; this one claims far more.") from None
        except DAMAGED as error:
            raise UnfitFile(f"This picture is damaged: {str(error)[:100] or type(error).__name__}.") from None


def check(opened: Image.Image) -> None:
    """The header's size only: no pixel is decoded yet."""
    width, height = opened.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise UnfitFile(f"A picture has at most {MOST}; this one has {width:,} × {height:,} pixels.")
    # The second frame of an MPO is a phone's depth map or other eye.
    if opened.format != "MPO" and getattr(opened, "n_frames", 1) > 1:
        raise UnfitFile("Moving pictures are not taken: send one frame.")


def encoded(opened: Image.Image) -> Picture:
    save, content_type = encoder(opened)
    opened.load()
    picture = ImageOps.exif_transpose(in_srgb(opened))
    # Pillow would write what it remembers of the file.
    picture.info.clear()
    output = io.BytesIO()
    save(picture, output)
    return Picture(output.getvalue(), content_type, picture.width, picture.height)


def encoder(opened: Image.Image) -> tuple[Callable[[Image.Image, BinaryIO], None], str]:
    """Lossy stays lossy, lossless stays lossless. Asked before decoding, while the file tells how it was encoded."""
    if opened.format in {"JPEG", "MPO"}:
        sampling = JpegImagePlugin.get_sampling(opened)
        return lambda picture, output: as_jpeg(picture, output, sampling), "image/jpeg"
    if opened.format == "WEBP":
        lossless = is_lossless_webp(opened)
        return lambda picture, output: as_webp(picture, output, lossless=lossless), "image/webp"
    transparency = opened.info.get("transparency")
    return lambda picture, output: as_png(picture, output, transparency), "image/png"


def as_jpeg(picture: Image.Image, output: BinaryIO, sampling: int) -> None:
    if picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    picture.save(output, "JPEG", quality=LOSSY_QUALITY, subsampling=max(sampling, 0))


def as_webp(picture: Image.Image, output: BinaryIO, *, lossless: bool) -> None:
    # Of a lossless file, quality is the effort.
    picture.save(output, "WEBP", quality=50 if lossless else LOSSY_QUALITY, lossless=lossless)


def as_png(picture: Image.Image, output: BinaryIO, transparency: Any) -> None:
    if picture.mode not in PNG_MODES:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    options = {} if transparency is None else {"transparency": transparency}
    picture.save(output, "PNG", **options)


def in_srgb(opened: Image.Image) -> Image.Image:
    """The colours of an embedded profile, before it is dropped: phones photograph in a wider space than sRGB."""
    profile = opened.info.get("icc_profile")
    if not profile or opened.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return opened
    exif = opened.getexif()
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = {"CMYK": "RGB", "L": "L"}.get(opened.mode, opened.mode)
        if mode == "L":
            return opened
        converted = ImageCms.profileToProfile(opened, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return opened
    if converted is None:
        return opened
    # The orientation is looked for afterwards.
    converted.info["exif"] = exif.tobytes()
    return converted


def is_lossless_webp(opened: Image.Image) -> bool:
    file: Any = getattr(opened, "fp")  # noqa: B009
    place = file.tell()
    file.seek(0)
    head = file.read(64)
    file.seek(place)
    # Simple files name their kind at once; extended ones after a header of 18 bytes, further on only behind a colour profile.
    return b"VP8L" in head[12:]
