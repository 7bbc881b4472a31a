"""
How alike two answers to one field are: a score in [0, 1], 1 for answers that say the same, the same both ways round.

Fields and values are as stored: plain dicts and lists (models/fields). A kind that is not known here is alike where it is equal.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

Field: TypeAlias = Mapping[str, Any]
Shape: TypeAlias = Mapping[str, Any]
Floats: TypeAlias = NDArray[np.float64]

# Outlines are compared as pixels of a frame around all of them, this wide: finer than anybody draws.
FRAME_PIXELS = 2_048
# Small outlines are not blown up beyond this many pixels a pixel.
FINEST = 16.0


def likeness(field: Field, one: Any, other: Any) -> float:
    """How alike two stored values of the field are. None stands for no answer, and is like an empty one."""
    score = SCORES.get(field["kind"], _equal)
    if one is None or other is None:
        blank = BLANKS.get(field["kind"])
        if blank is None or one is other:
            return float(one is other)
        one, other = (blank if one is None else one), (blank if other is None else other)
    return score(field, one, other)


def overlaps(kind: str, ones: Sequence[Shape], others: Sequence[Shape]) -> Floats:
    """Intersection over union of each of the shapes of a kind with each of the others, shape [ones, others]."""
    if not ones or not others:
        return np.zeros((len(ones), len(others)))
    return OVERLAPS[kind](ones, others)


def pairs(weights: Floats) -> list[tuple[int, int]]:
    """The rows and columns to pair, each at most once, so that the weights of the pairs add up to the most (Hungarian)."""
    # Half of a server's start would be SciPy's, for what only pairing needs.
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(weights, maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if weights[row, column] > 0]


def same_labels(ones: Sequence[Shape], others: Sequence[Shape]) -> NDArray[np.bool_]:
    """Whether each of the shapes is of the class of each of the others, shape [ones, others]."""
    return np.array([[one["label"] == other["label"] for other in others] for one in ones], np.bool_).reshape(len(ones), len(others))


def edit_distance(one: str, other: str) -> int:
    """The least number of characters to insert, delete or replace. Myers' bit vectors, as Hyyrö wrote them."""
    if not one:
        return len(other)
    places: defaultdict[str, int] = defaultdict(int)
    for place, character in enumerate(one):
        places[character] |= 1 << place
    every, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    more, less, distance = every, 0, len(one)
    for character in other:
        equal = places.get(character, 0)
        vertical = equal | less
        horizontal = (((equal & more) + more) ^ more) | equal
        up = (less | ~(horizontal | more)) & every
        down = more & horizontal
        distance += bool(up & last) - bool(down & last)
        up = (up << 1 | 1) & every
        more = ((down << 1) | ~(vertical | up)) & every
        less = up & vertical
    return distance


def _equal(_: Field, one: Any, other: Any) -> float:
    return float(one == other)


def _choice(_: Field, one: list[str], other: list[str]) -> float:
    return float(set(one) == set(other))


def _rating(field: Field, one: int, other: int) -> float:
    return 1 - abs(one - other) / int(field["max"] - field["min"])


def _text(_: Field, one: str, other: str) -> float:
    one, other = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (one, other))
    return 1 - edit_distance(one, other) / max(len(one), len(other), 1)


def _shapes(field: Field, ones: list[Shape], others: list[Shape]) -> float:
    """Twice the overlap of the pairs by the number of shapes: a soft F1, in which a missed shape costs as much as an extra one."""
    if not ones and not others:
        return 1.0
    weights = overlaps(field["kind"], ones, others) * same_labels(ones, others)
    shared = sum(float(weights[row, column]) for row, column in pairs(weights))
    return min(1.0, 2 * shared / (len(ones) + len(others)))


def _spans(_: Field, ones: list[Shape], others: list[Shape]) -> float:
    """F1 of the labelled characters."""
    first, second = _characters(ones), _characters(others)
    total = sum(int(marked.sum()) for marks in (first, second) for marked in marks.values())
    shared = sum(_shared(marked, second[place]) for place, marked in first.items() if place in second)
    return 2 * shared / total if total else 1.0


def _characters(spans: list[Shape]) -> dict[tuple[str, int], NDArray[np.bool_]]:
    """Which characters are marked, by label and content."""
    ends: dict[tuple[str, int], int] = {}
    for span in spans:
        place = (span["label"], span["content"])
        ends[place] = max(ends.get(place, 0), span["end"])
    marks = {place: np.zeros(end, np.bool_) for place, end in ends.items()}
    for span in spans:
        marks[span["label"], span["content"]][span["start"] : span["end"]] = True
    return marks


def _shared(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> int:
    both = min(len(one), len(other))
    return int((one[:both] & other[:both]).sum())


def _box_overlaps(ones: Sequence[Shape], others: Sequence[Shape]) -> Floats:
    first, second = (np.array([[box["x"], box["y"], box["width"], box["height"]] for box in boxes]) for boxes in (ones, others))
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, :2] + first[:, None, 2:], second[None, :, :2] + second[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    union = np.prod(first[:, None, 2:], axis=2) + np.prod(second[None, :, 2:], axis=2) - shared
    # Equal boxes must overlap wholly, whatever x + width - x comes to in floats.
    same = (first[:, None] == second[None]).all(2)
    return cast(Floats, np.where(same, 1.0, np.minimum(shared / union, 1.0)))


def _polygon_overlaps(ones: Sequence[Shape], others: Sequence[Shape]) -> Floats:
    corners = [np.array(polygon["points"]).reshape(-1, 2) for polygon in (*ones, *others)]
    low, high = np.min([each.min(0) for each in corners], 0), np.max([each.max(0) for each in corners], 0)
    scale = min(FINEST, FRAME_PIXELS / max(float((high - low).max()), 1.0))
    width, height = (math.ceil(side) + 1 for side in (high - low) * scale)
    outlines = [((each - low) * scale).ravel().tolist() for each in corners]
    drawn = coco.frPyObjects(outlines, height, width)
    return _run_overlaps(drawn[: len(ones)], drawn[len(ones) :])


def _mask_overlaps(ones: Sequence[Shape], others: Sequence[Shape]) -> Floats:
    first, second = ([{"size": mask["size"], "counts": mask["counts"]} for mask in masks] for masks in (ones, others))
    return _run_overlaps(first, second)


def _run_overlaps(ones: Sequence[Any], others: Sequence[Any]) -> Floats:
    shares = coco.iou(list(ones), list(others), [0] * len(others))
    # pycocotools answers -1 for masks of images of different sizes, and NaN where neither has a pixel.
    return np.clip(np.nan_to_num(np.asarray(shares, np.float64)), 0.0, 1.0)


OVERLAPS: Mapping[str, Callable[[Sequence[Shape], Sequence[Shape]], Floats]] = {
    "box": _box_overlaps,
    "polygon": _polygon_overlaps,
    "mask": _mask_overlaps,
}
SCORES: Mapping[str, Callable[[Field, Any, Any], float]] = {
    "choice": _choice,
    "box": _shapes,
    "polygon": _shapes,
    "mask": _shapes,
    "rating": _rating,
    "text": _text,
    "span": _spans,
}
# What a field without an answer is like.
BLANKS: Mapping[str, Any] = {"choice": [], "box": [], "polygon": [], "mask": [], "span": [], "media": [], "text": ""}
