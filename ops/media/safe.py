"""One way for every file, whoever sends it: what is stored of it, and what is known about it."""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO

from ops.media.audio import read_recording
from ops.media.image import is_image, read_picture

# Enough to tell every kind that is taken.
SNIFFED_BYTES = 64


def made_safe(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The row's facts and the bytes to store. Decodes and encodes: for a thread. Raises UnfitFile."""
    file.seek(0)
    head = file.read(SNIFFED_BYTES)
    file.seek(0)
    facts: dict[str, Any]
    if is_image(head):
        picture = read_picture(file)
        content = picture.content
        facts = {
            "kind": "IMAGE",
            "content_type": picture.content_type,
            "width": picture.width,
            "height": picture.height,
            "seconds": None,
        }
    else:
        recording = read_recording(file.read())
        content = recording.content
        facts = {
            "kind": "AUDIO",
            "content_type": recording.content_type,
            "width": None,
            "height": None,
            "seconds": recording.seconds,
        }
    return facts | {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}, content
