"""Grading an answer against one that is held to be right, of a lesson, of gold or of a consensus: how much is right, and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np

from quality.likeness import likeness, values_of
from quality.overlap import READY, ROUNDING, Bools, Floats, Layer, pairs
from quality.policy import Policy

# The overlap at which a drawn shape counts as the known one, unless a lesson says otherwise.
WANTED_OVERLAP = 0.75
# A lesson: nearly everything must be right, and a shape that overlaps a little is told to be badly drawn rather than to be another.
LESSON = Policy(match=0.1, overlap=WANTED_OVERLAP, points=0)
# Shapes of different classes must overlap more to be one thing with the wrong label; and one of the same class is a second one of it.
SAME_PLACE = 0.5


class Fault(Enum):
    MISSING = "missing"
    EXTRA = "extra"
    TWICE = "twice"
    WRONG_LABEL = "wrong label"
    LOW_OVERLAP = "low overlap"
    WRONG = "wrong"


@dataclass(frozen=True)
class Problem:
    """
    One thing that is not right: where an answer conflicts with the one it is held against.

    `expected` and `given` are shapes of the field, as stored, or whole values where the fault is WRONG.
    """

    key: str
    kind: str
    fault: Fault
    expected: Any = None
    given: Any = None
    # How much the two shapes overlap, or how alike the two values are; and what it takes. Both in [0, 1].
    overlap: float = 0.0
    wanted: float = 1.0


@dataclass(frozen=True)
class Grade:
    """`share` is how much is right of the field that has the least right, in [0, 1]: one that is all wrong is not hidden by the others."""

    correct: bool
    problems: tuple[Problem, ...]
    share: float


def grade(expected: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], *, iou: float = WANTED_OVERLAP) -> Grade:
    """
    What stored answers to a lesson come to beside those that are expected. Fields that nothing is expected of are not graded.

    Choices and ratings must be equal, texts nearly, and shapes and marked text are paired (Hungarian) and must overlap by `iou` with
    one of the same class.
    """
    return held_against(expected, given, replace(LESSON, overlap=iou))


def held_against(expected: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], policy: Policy) -> Grade:
    """The same under the thresholds of a project."""
    values = values_of(given)
    return together([graded(answer, values.get(answer["key"]), policy) for answer in expected])


def together(grades: Sequence[Grade]) -> Grade:
    """Of a whole answer, from those of its fields."""
    problems = tuple(problem for each in grades for problem in each.problems)
    return Grade(not problems, problems, min((each.share for each in grades), default=1.0))


def graded(answer: Mapping[str, Any], value: Any, policy: Policy) -> Grade:
    """What a value of one field, or None, comes to beside the stored answer that is expected."""
    key, kind, expected = answer["key"], answer["kind"], answer["value"]
    if kind in READY:
        return graded_layers(key, Layer.of(kind, expected), Layer.of(kind, value or ()), policy)
    # A rating is right by the points it is off, however wide the scale.
    near = kind == "rating" and value is not None and abs(expected - value) <= policy.points
    alike = float(near) if kind == "rating" else likeness(answer, expected, value)
    wanted = policy.text if kind == "text" else 1.0
    if alike >= wanted - ROUNDING:
        return Grade(True, (), 1.0)
    # Half of several choices may be right; half a text is worth nothing.
    return Grade(False, (Problem(key, kind, Fault.WRONG, expected, value, alike, wanted),), alike if kind == "choice" else 0.0)


def graded_layers(key: str, expected: Layer, drawn: Layer, policy: Policy) -> Grade:
    """The same of shapes, which are paired with those expected."""
    shares, same = expected.over(drawn, min(policy.match, policy.overlap)), expected.same_labels(drawn)
    # What is right already is paired first, then what is nearest to it.
    fits = same & (shares >= policy.overlap - ROUNDING)
    of_one_thing = np.where(same, min(policy.match, policy.overlap), max(policy.match, SAME_PLACE))
    rows, columns = pairs(np.where(shares >= of_one_thing - ROUNDING, shares + fits, 0.0))
    problems = tuple(
        _shape_problems(key, expected, drawn, _Paired(shares, same, fits, dict(zip(rows.tolist(), columns.tolist(), strict=True))), policy)
    )
    right, total = int(fits[rows, columns].sum()), len(expected.shapes) + len(drawn.shapes)
    return Grade(not problems, problems, 2 * right / total if total else 1.0)


@dataclass(frozen=True)
class _Paired:
    """How much expected shapes (rows) and those that were drawn (columns) overlap, whether they are of one class, and which are paired."""

    shares: Floats
    same: Bools
    fits: Bools
    columns: Mapping[int, int]


def _shape_problems(key: str, expected: Layer, drawn: Layer, paired: _Paired, policy: Policy) -> Iterator[Problem]:
    kind, wanted = expected.kind, policy.overlap
    for row, shape in enumerate(expected.shapes):
        column = paired.columns.get(row)
        if column is None:
            yield Problem(key, kind, Fault.MISSING, expected=shape, wanted=wanted)
        elif not paired.fits[row, column]:
            fault = Fault.LOW_OVERLAP if paired.same[row, column] else Fault.WRONG_LABEL
            yield Problem(key, kind, fault, shape, drawn.shapes[column], float(paired.shares[row, column]), wanted)
    for column in sorted(set(range(len(drawn.shapes))) - set(paired.columns.values())):
        known = np.flatnonzero(paired.same[:, column] & (paired.shares[:, column] >= SAME_PLACE)).tolist()
        # A second one of what has its own already.
        if second := [row for row in known if row in paired.columns]:
            yield Problem(key, kind, Fault.TWICE, expected.shapes[second[0]], drawn.shapes[column], wanted=wanted)
        else:
            yield Problem(key, kind, Fault.EXTRA, given=drawn.shapes[column], wanted=wanted)
