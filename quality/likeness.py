"""
How alike two answers are: a score in [0, 1], 1 for answers that say the same, the same both ways round.

Fields and values are as stored: plain dicts and lists (models/fields). A kind that is not known here is alike where it is equal.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from quality.overlap import Layer, Shape, pairs
from quality.policy import STANDARD, Policy

Field: TypeAlias = Mapping[str, Any]
Answers: TypeAlias = Sequence[Mapping[str, Any]]


def alike(form: Sequence[Field], ones: Answers, others: Answers, policy: Policy = STANDARD) -> float:
    """How alike two whole answers to a form are: the mean over its fields, of which one that neither answers is wholly alike."""
    first, second = values_of(ones), values_of(others)
    return sum(likeness(field, first.get(field["key"]), second.get(field["key"]), policy) for field in form) / len(form)


def likeness(field: Field, one: Any, other: Any, policy: Policy = STANDARD) -> float:
    """How alike two stored values of the field are. None stands for no answer, and is like an empty one."""
    if one is None or other is None:
        blank = BLANKS.get(field["kind"])
        if blank is None or one is other:
            return float(one is other)
        one, other = (blank if one is None else one), (blank if other is None else other)
    if field["kind"] in DRAWN:
        return layers_alike(Layer.of(field["kind"], one), Layer.of(field["kind"], other), policy)
    return SCORES.get(field["kind"], _equal)(field, one, other)


def layers_alike(one: Layer, other: Layer, policy: Policy = STANDARD) -> float:
    """
    The mean overlap of the shapes that match, a missed shape and one too many costing half a match each: the panoptic quality.

    Shapes match, one to one (Hungarian), that are of one class and overlap by policy.match.
    """
    total = len(one.shapes) + len(other.shapes)
    if not total:
        return 1.0
    weights = one.over(other, policy.match) * one.same_labels(other)
    weights[weights < policy.match] = 0
    return min(1.0, 2 * float(weights[pairs(weights)].sum()) / total)


def values_of(answers: Answers) -> dict[str, Any]:
    """The stored values of answers, by field."""
    return {answer["key"]: answer["value"] for answer in answers}


def _equal(_: Field, one: Any, other: Any) -> float:
    return float(one == other)


def _choice(_: Field, one: list[str], other: list[str]) -> float:
    """The share of what is in both of what is in either (Jaccard): of a single choice, whether it is the same."""
    either = set(one) | set(other)
    return len(set(one) & set(other)) / len(either) if either else 1.0


def _rating(field: Field, one: int, other: int) -> float:
    return 1 - abs(one - other) / int(field["max"] - field["min"])


def _text(_: Field, one: str, other: str) -> float:
    one, other = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (one, other))
    return 1.0 if one == other else 1 - Levenshtein.distance(one, other) / max(len(one), len(other))


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


def _media(_: Field, ones: list[Shape], others: list[Shape]) -> float:
    """Everybody makes a photograph of their own: what can be held against each other is how many there are of which kind."""
    if not ones and not others:
        return 1.0
    shared = Counter(each["kind"] for each in ones) & Counter(each["kind"] for each in others)
    return 2 * shared.total() / (len(ones) + len(others))


# Kinds whose answers are shapes on an image.
DRAWN = frozenset({"box", "polygon", "mask"})
SCORES: Mapping[str, Callable[[Field, Any, Any], float]] = {
    "choice": _choice,
    "rating": _rating,
    "text": _text,
    "span": _spans,
    "media": _media,
}
# What a field without an answer is like.
BLANKS: Mapping[str, Any] = {"choice": [], "box": [], "polygon": [], "mask": [], "span": [], "media": [], "text": ""}
