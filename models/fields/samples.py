"""Samples: the tests that a kind of field brings along. The test suite runs every kind's through the public functions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PHOTO: Mapping[str, Any] = {"kind": "image", "sha256": "ab" * 32, "width": 100, "height": 80, "alt": "A cat beside a mug"}
QUERY: Mapping[str, Any] = {"kind": "text", "text": "Wie spät ist es? 🕰 fünf", "role": "query"}
PHOTO_AND_QUERY: Sequence[Mapping[str, Any]] = (PHOTO, QUERY)

CAT_AND_MUG: Sequence[Mapping[str, Any]] = (
    {"key": "cat", "label": "Cat", "color": "#56b4e9"},
    {"key": "mug", "label": "Mug", "color": "#e69f00"},
)


@dataclass(frozen=True)
class FormSample:
    """A partner's input for the kind, and what becomes of it: the stored part, or the path (below `kind.<name>`) it is refused at."""

    says: str
    raw: Mapping[str, Any]
    stored: Mapping[str, Any] | None = None
    refused_at: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Sample:
    """An annotator's answer and what becomes of it: the stored value, or the path (below `value.<member>`) it is refused at."""

    says: str
    raw: Any
    stored: Any = None
    refused_at: tuple[str, ...] | None = None
    code: str = "INVALID_INPUT"
    # Changes to the kind's first form sample, such as {"multiple": True}.
    field: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    content: Sequence[Mapping[str, Any]] = PHOTO_AND_QUERY
    uploads: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    # Whether a draft may hold it, though a submission may not.
    draft: bool = False
