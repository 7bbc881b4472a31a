"""An item's content as the fields see it: stored blocks, and what each field needs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NewType

# One stored content block: {"kind": "image", "sha256", "width", "height", "alt"}, {"kind": "text", "text", "role"} or
# {"kind": "audio", "sha256", "seconds"}. The API shows it as its type `Content`.
ContentBlock = NewType("ContentBlock", dict[str, Any])

# The public id of an upload of the caller's; the API knows it as an ID.
UploadId = NewType("UploadId", str)


def first_image(content: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The image that shapes are drawn on: the first one."""
    return next((block for block in content if block["kind"] == "image"), None)


def has_text(content: Sequence[Mapping[str, Any]]) -> bool:
    return any(block["kind"] == "text" for block in content)
