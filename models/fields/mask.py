"""Mask: the very pixels of a thing on the item's image, each mask with a class; run-length encoded as COCO does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.fields.base import FormField, Submission, head, is_whole
from models.fields.labels import LabelClass, LabelledKind, known_labels, label_of, load_classes, things
from models.fields.problems import Problems
from models.fields.samples import Sample
from quality.runs import MalformedRuns, decode_runs, encode_runs, joined

# All masks of an answer together. A thousand times what a careful outline takes; noise over a whole photograph is more.
MAX_COUNTS = 1_000_000
DIMENSIONS = 2


@dataclass(frozen=True, kw_only=True)
class MaskField(FormField):
    """The pixels of things on the item's first image."""

    classes: list[LabelClass]


@dataclass(frozen=True, kw_only=True)
class Mask:
    """COCO run-length encoding, compressed; size is [height, width]."""

    label: str
    size: list[int]
    counts: str


@dataclass(frozen=True, kw_only=True)
class MaskAnswer:
    """The masks, in the order in which they were drawn."""

    masks: list[Mask]


@dataclass(frozen=True, kw_only=True)
class MaskInput:
    """COCO run-length encoding, compressed; size is [height, width], that of the image."""

    label: str
    size: list[int]
    counts: str


class Masks(LabelledKind[MaskField, MaskAnswer]):
    name = "mask"
    member = "masks"
    floor_micros_per_thousand = 12_000_000
    needs = "image"
    field = MaskField
    answer = MaskAnswer
    answer_input = list[MaskInput]

    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> list[dict[str, Any]]:
        known = known_labels(field, complete=submission.complete)
        image = submission.image if submission.complete else None
        masks = []
        room = MAX_COUNTS
        for thing, at in things(raw, problems):
            label = label_of(thing, known, at)
            size = _parse_size(thing.get("size"), image, at)
            counts = _parse_counts(thing.get("counts"), room, at)
            room -= len(counts or "")
            if image and size and counts is not None:
                counts = _canonical(counts, size, at)
            masks.append({"label": label, "size": size, "counts": counts})
        return masks

    def load_field(self, stored: Mapping[str, Any]) -> MaskField:
        return MaskField(**head(stored), classes=load_classes(stored["classes"]))

    def load_answer(self, value: Any) -> MaskAnswer:
        return MaskAnswer(masks=[Mask(**mask) for mask in value])

    def samples(self) -> list[Sample]:
        size = [80, 100]

        def cat(*runs: int) -> dict[str, Any]:
            return {"label": "cat", "size": size, "counts": encode_runs(list(runs), 80, 100)}

        some, whole = cat(100, 50, 30, 50, 7770), cat(0, 8000)
        return [
            Sample("two masks", [some, whole], stored=[some, whole]),
            Sample("runs of nothing are joined", [cat(100, 50, 0, 3, 7847)], stored=[cat(100, 53, 7847)]),
            Sample("runs of nothing at both ends", [cat(0, 0, 100, 50, 7850, 0)], stored=[cat(100, 50, 7850)]),
            Sample("a pixel too many", [cat(100, 50, 7851)], refused_at=("0", "counts"), draft=True),
            Sample("a pixel too few", [cat(100, 50, 7849)], refused_at=("0", "counts"), draft=True),
            Sample("a run below zero", [{**some, "counts": "T3N"}], refused_at=("0", "counts"), draft=True),
            Sample("a run longer than the image", [{**some, "counts": "PPPPPP1"}], refused_at=("0", "counts"), draft=True),
            Sample("a run of eight characters", [{**some, "counts": "PPPPPPP0"}], refused_at=("0", "counts"), draft=True),
            Sample("cut off within a run", [{**some, "counts": "T3P"}], refused_at=("0", "counts"), draft=True),
            Sample("a character that encodes nothing", [{**some, "counts": "T3 1"}], refused_at=("0", "counts"), draft=True),
            Sample("a character beyond ASCII", [{**some, "counts": "T3ä"}], refused_at=("0", "counts")),
            Sample("half a surrogate pair", [{**some, "counts": "T3\ud800"}], refused_at=("0", "counts")),
            Sample("empty counts", [{**some, "counts": ""}], refused_at=("0", "counts"), draft=True),
            Sample("no pixel", [cat(8000)], refused_at=("0", "counts"), draft=True),
            Sample("a list of counts", [{**some, "counts": [8000]}], refused_at=("0", "counts")),
            Sample("over a million characters", [{**some, "counts": "1" * 1_000_001}], refused_at=("0", "counts")),
            Sample("width before height", [{**some, "size": [100, 80]}], refused_at=("0", "size"), draft=True),
            Sample("another image's size", [{**whole, "size": [8000, 1]}], refused_at=("0", "size"), draft=True),
            Sample("three numbers as size", [{**some, "size": [80, 100, 3]}], refused_at=("0", "size")),
            Sample("a size that is none", [{**some, "size": None}], refused_at=("0", "size")),
            Sample("a huge size", [{**some, "size": [2**31, 1]}], refused_at=("0", "size")),
            Sample("a truth value in size", [{**some, "size": [True, 1]}], refused_at=("0", "size")),
            Sample("a class that is not there", [{**some, "label": "dog"}], refused_at=("0", "label"), draft=True),
            Sample("no list", "T3", refused_at=()),
            Sample("no masks", [], refused_at=(), draft=True),
        ]


def _parse_size(raw: object, image: Mapping[str, Any] | None, problems: Problems) -> list[int] | None:
    if not isinstance(raw, list) or len(raw) != DIMENSIONS or not all(is_whole(side) for side in raw):
        problems.add("The size is [height, width], in pixels.", "size")
        return None
    if image and raw != [image["height"], image["width"]]:
        problems.add(f"The size must be the image's: [{image['height']}, {image['width']}].", "size")
        return None
    return list(raw)


def _parse_counts(raw: object, room: int, problems: Problems) -> str | None:
    if not isinstance(raw, str) or not raw.isascii() or "\x00" in raw:
        problems.add("The counts are a compressed run-length encoding, as a text.", "counts")
        return None
    if len(raw) > room:
        problems.add(f"The masks of an answer can have {MAX_COUNTS:,} characters in all.", "counts")
        return None
    return raw


def _canonical(counts: str, size: list[int], problems: Problems) -> str | None:
    """The one shortest encoding of the same pixels, so that equal masks are equal; None, and a problem, where there are none."""
    height, width = size
    try:
        runs = decode_runs(counts, height * width)
    except MalformedRuns as malformed:
        problems.add(str(malformed), "counts")
        return None
    if not runs[1::2].any():
        problems.add("The mask has no pixel.", "counts")
        return None
    return encode_runs(joined(runs).tolist(), height, width)


KIND = Masks()
