"""Content: what an item, an example or a lesson shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import strawberry

from schema.assets import asset_url

_AGAIN = (
    "What updateProject takes in the place of an upload's id where the project's examples show this file already. Null for pictures of the "
    "tutorial."
)


@strawberry.type(description="A photograph or a drawing.")
class ImageContent:
    url: str
    upload_id: strawberry.ID | None = strawberry.field(description=_AGAIN)
    width: int = strawberry.field(description="Pixels.")
    height: int
    alt: str


@strawberry.type(description="A text.")
class TextContent:
    text: str
    role: str | None = strawberry.field(description='What it is, such as "query" or "result".')


@strawberry.type(description="A recording.")
class AudioContent:
    url: str
    upload_id: strawberry.ID | None = strawberry.field(description=_AGAIN)
    seconds: float


Content = Annotated[ImageContent | TextContent | AudioContent, strawberry.union("Content", description="A block of what is shown.")]


@strawberry.input(
    description="An upload of the caller's, made with POST /uploads, or a picture that the same project's examples show already."
)
class ImageContentInput:
    upload_id: strawberry.ID
    alt: str | None = ""


@strawberry.input(description="A text, written here.")
class TextContentInput:
    text: str
    role: str | None = strawberry.UNSET


@strawberry.input(
    description="An upload of the caller's, made with POST /uploads, or a recording that the same project's examples show already."
)
class AudioContentInput:
    upload_id: strawberry.ID


@strawberry.input(one_of=True, description="One block of content.")
class ContentInput:
    image: ImageContentInput | None = strawberry.UNSET
    text: TextContentInput | None = strawberry.UNSET
    audio: AudioContentInput | None = strawberry.UNSET


def content_type(blocks: Sequence[Mapping[str, Any]]) -> list[Content]:
    """Stored content blocks as the API shows them."""
    return [_block_type(block) for block in blocks]


def _block_type(block: Mapping[str, Any]) -> Content:
    if block["kind"] == "image":
        return image_type(block)
    if block["kind"] == "text":
        return TextContent(text=block["text"], role=block["role"])
    return AudioContent(url=_address(block), upload_id=_named(block), seconds=block["seconds"])


def image_type(block: Mapping[str, Any]) -> ImageContent:
    return ImageContent(url=_address(block), upload_id=_named(block), width=block["width"], height=block["height"], alt=block["alt"])


def _address(block: Mapping[str, Any]) -> str:
    """Uploads are served by hash and signature; the tutorial's photographs are public and have an address of their own."""
    return str(block["url"]) if "url" in block else asset_url(block["sha256"])


def _named(block: Mapping[str, Any]) -> strawberry.ID | None:
    """By its hash, which its address tells as well: it gives nobody anything that they do not see already."""
    return strawberry.ID(block["sha256"]) if "sha256" in block else None


def plain_content(blocks: Sequence[ContentInput]) -> list[dict[str, Any]]:
    """Blocks as `models.content.parse_content` takes them."""
    return [_plain_block(block) for block in blocks]


def _plain_block(block: ContentInput) -> dict[str, Any]:
    if block.image:
        return {"image": {"upload_id": str(block.image.upload_id), "alt": block.image.alt or ""}}
    if block.text:
        return {"text": {"text": block.text.text, "role": block.text.role or None}}
    assert block.audio
    return {"audio": {"upload_id": str(block.audio.upload_id)}}
