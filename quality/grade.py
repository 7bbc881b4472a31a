"""Grading an answer against one that is known to be right, as a lesson does: with tolerance, and telling what is not right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from quality.likeness import BLANKS, OVERLAPS, likeness, overlaps, pairs, same_labels

# The overlap (IoU) at which a drawn shape counts as the known one, unless a lesson says otherwise.
WANTED_OVERLAP = 0.75
# Shapes of one class that overlap less are not the same thing drawn badly, but two things.
SAME_THING = 0.1
# Shapes of different classes must overlap more to be one thing with the wrong label; and one of the same class is a second one of it.
SAME_PLACE = 0.5
# A text may have a slip in every tenth character: case, commas and typing are not what a lesson is about.
WANTED_TEXT = 0.9
# Overlaps are quotients of floats.
ROUNDING = 1e-9


class Fault(Enum):
    MISSING = "missing"
    EXTRA = "extra"
    TWICE = "twice"
    WRONG_LABEL = "wrong label"
    LOW_OVERLAP = "low overlap"
    WRONG = "wrong"


@dataclass(frozen=True)
class Problem:
    """One thing that is not right. `expected` and `given` are shapes of the field, as stored, or whole values where the fault is WRONG."""

    key: str
    kind: str
    fault: Fault
    expected: Any = None
    given: Any = None
    # Intersection over union of the two shapes, or the likeness of the two values; and what it takes. Both in [0, 1].
    overlap: float = 0.0
    wanted: float = 1.0


@dataclass(frozen=True)
class Grade:
    correct: bool
    problems: tuple[Problem, ...]


def grade(expected: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], *, iou: float = WANTED_OVERLAP) -> Grade:
    """
    What stored answers come to beside those that are expected. Fields that nothing is expected of are not graded.

    Choices and ratings must be equal, texts nearly, marked text must be alike by `iou`, and shapes are paired (Hungarian) and must
    overlap by `iou` with one of the same class.
    """
    values = {answer["key"]: answer["value"] for answer in given}
    problems = tuple(problem for answer in expected for problem in _problems(answer, values.get(answer["key"]), iou))
    return Grade(correct=not problems, problems=problems)


def _problems(answer: Mapping[str, Any], value: Any, iou: float) -> Iterator[Problem]:
    if answer["kind"] in OVERLAPS:
        yield from _shape_problems(answer, BLANKS[answer["kind"]] if value is None else value, iou)
        return
    # A rating counts as right when it is the one expected, however wide the scale.
    alike = float(answer["value"] == value) if answer["kind"] == "rating" else likeness(answer, answer["value"], value)
    wanted = {"text": WANTED_TEXT, "span": iou}.get(answer["kind"], 1.0)
    if alike < wanted - ROUNDING:
        yield Problem(answer["key"], answer["kind"], Fault.WRONG, answer["value"], value, alike, wanted)


def _shape_problems(answer: Mapping[str, Any], shapes: list[dict[str, Any]], iou: float) -> Iterator[Problem]:
    key, kind, known = answer["key"], answer["kind"], answer["value"]
    shares, same = overlaps(kind, known, shapes), same_labels(known, shapes)
    # What is right already is paired first, then what is nearest to it.
    fits = same & (shares >= iou - ROUNDING)
    weights = np.where(shares >= np.where(same, SAME_THING, SAME_PLACE), shares + fits, 0.0)
    paired = dict(pairs(weights))
    for row, shape in enumerate(known):
        column = paired.get(row)
        if column is None:
            yield Problem(key, kind, Fault.MISSING, expected=shape, wanted=iou)
        elif not fits[row, column]:
            fault = Fault.LOW_OVERLAP if same[row, column] else Fault.WRONG_LABEL
            yield Problem(key, kind, fault, shape, shapes[column], float(shares[row, column]), iou)
    for column in sorted(set(range(len(shapes))) - set(paired.values())):
        second = np.flatnonzero(same[:, column] & (shares[:, column] >= SAME_PLACE))
        if second.size:
            yield Problem(key, kind, Fault.TWICE, known[int(second[0])], shapes[column], wanted=iou)
        else:
            yield Problem(key, kind, Fault.EXTRA, given=shapes[column], wanted=iou)
