"""Content blocks as a partner gives them, turned into what is stored: uploads become their hashes and measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.errors import InvalidInput, NotFound
from models.text import one_line, prose
from models.upload import UploadKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.upload import Upload

MOST_BLOCKS = 10
TEXT_LENGTH = 20_000
ALT_LENGTH = 300
ROLE_LENGTH = 40


def upload_ids(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The public ids that the blocks name."""
    for block in blocks:
        for kind in ("image", "audio"):
            if block.get(kind):
                yield block[kind]["upload_id"]


def parse_content(blocks: Sequence[Mapping[str, Any]], uploads: Mapping[str, Upload], *path: str) -> list[dict[str, Any]]:
    """Blocks are {"image": {"upload_id", "alt"}} or {"text": {"text", "role"}} or {"audio": {"upload_id"}}.

    `uploads` holds the caller's by public id.
    """
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        raise InvalidInput(f"Between 1 and {MOST_BLOCKS} content blocks.", *path)
    return [_parsed(block, uploads, (*path, str(n))) for n, block in enumerate(blocks)]


def _parsed(block: Mapping[str, Any], uploads: Mapping[str, Upload], path: tuple[str, ...]) -> dict[str, Any]:
    if block.get("text"):
        text, role = block["text"]["text"], block["text"].get("role")
        return {
            "kind": "text",
            "text": prose(text, TEXT_LENGTH, "The text", *path, "text", "text"),
            "role": None if role is None else one_line(role, ROLE_LENGTH, "The role", *path, "text", "role"),
        }
    name = "image" if block.get("image") else "audio"
    upload = uploads.get(block[name]["upload_id"])
    if upload is None:
        raise NotFound("No upload of yours has this id.", *path, name, "uploadId")
    if upload.kind != UploadKind[name.upper()]:
        raise InvalidInput(f"This upload is no {name}.", *path, name, "uploadId")
    alt = one_line(block[name]["alt"], ALT_LENGTH, "The alt text", *path, name, "alt") if block[name].get("alt") else ""
    return upload.block(alt)
