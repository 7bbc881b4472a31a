"""Box: upright rectangles on the item's image, each with a class."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.fields.base import FormField, Submission, head
from models.fields.labels import LabelClass, LabelledKind, known_labels, label_of, load_classes, things
from models.fields.problems import Problems
from models.fields.samples import Sample

# What a client's zooming and unzooming may lose; anything further out was drawn outside.
SLACK_PIXELS = 0.01
# Smaller than one pixel is nothing that one could have seen.
MIN_SIDE_PIXELS = 1.0
SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True, kw_only=True)
class BoxField(FormField):
    """Upright rectangles on the item's first image."""

    classes: list[LabelClass]


@dataclass(frozen=True, kw_only=True)
class Box:
    """`label` is the key of a class of the field. Pixels of the image as uploaded; x and y are its top left corner, as in COCO."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class BoxAnswer:
    """The boxes, in the order in which they were drawn."""

    boxes: list[Box]


@dataclass(frozen=True, kw_only=True)
class BoxInput:
    """Inside the image, and at least one pixel wide and high."""

    label: str
    x: float
    y: float
    width: float
    height: float


class Boxes(LabelledKind[BoxField, BoxAnswer]):
    name = "box"
    member = "boxes"
    floor_micros_per_thousand = 6_000_000
    needs = "image"
    field = BoxField
    answer = BoxAnswer
    answer_input = list[BoxInput]

    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> list[dict[str, Any]]:
        known = known_labels(field, complete=submission.complete)
        image = submission.image if submission.complete else None
        boxes = []
        for thing, at in things(raw, problems):
            label = label_of(thing, known, at)
            numbers = {side: pixels(thing.get(side), at, side) for side in SIDES}
            box = {side: number for side, number in numbers.items() if number is not None}
            if label is None or len(box) < len(SIDES):
                continue
            if image:
                _fit(box, image["width"], image["height"], at)
            boxes.append({"label": label, **box})
        return boxes

    def load_field(self, stored: Mapping[str, Any]) -> BoxField:
        return BoxField(**head(stored), classes=load_classes(stored["classes"]))

    def load_answer(self, value: Any) -> BoxAnswer:
        return BoxAnswer(boxes=[Box(**box) for box in value])

    def samples(self) -> list[Sample]:
        box = {"label": "cat", "x": 10, "y": 20.5, "width": 30.0, "height": 40.0}
        whole = {"label": "mug", "x": 0.0, "y": 0.0, "width": 100.0, "height": 80.0}
        return [
            Sample("two boxes", [box, whole], stored=[{**box, "x": 10.0}, whole]),
            Sample(
                "a hair outside on all sides", [{**whole, "x": -0.004, "y": -0.004, "width": 100.008, "height": 80.008}], stored=[whole]
            ),
            Sample("a hair outside at the right", [{**box, "x": 70.004}], stored=[{**box, "x": 70.0}]),
            Sample("a negative zero", [{**box, "x": -0.0}], stored=[{**box, "x": 0.0}]),
            Sample("left of the image", [{**box, "x": -0.02}], refused_at=("0", "x"), draft=True),
            Sample("above the image", [{**box, "y": -5}], refused_at=("0", "y"), draft=True),
            Sample("over the right edge", [box, {**box, "x": 70.02}], refused_at=("1", "width"), draft=True),
            Sample("over the bottom edge", [{**box, "y": 41}], refused_at=("0", "height"), draft=True),
            Sample("right of the image", [{**box, "x": 100.5, "width": 1}], refused_at=("0", "x"), draft=True),
            Sample("thinner than a pixel", [{**box, "width": 0.99}], refused_at=("0", "width"), draft=True),
            Sample("flatter than a pixel", [{**box, "height": 0}], refused_at=("0", "height"), draft=True),
            Sample("drawn backwards", [{**box, "width": -30}], refused_at=("0", "width"), draft=True),
            Sample("NaN", [{**box, "y": math.nan}], refused_at=("0", "y")),
            Sample("Infinity", [{**box, "width": math.inf}], refused_at=("0", "width")),
            Sample("a number beyond floats", [{**box, "width": 10**400}], refused_at=("0", "width")),
            Sample("a truth value for a number", [{**box, "x": True}], refused_at=("0", "x")),
            Sample("a text for a number", [{**box, "x": "10"}], refused_at=("0", "x")),
            Sample("a side left out", [{"label": "cat", "x": 1, "y": 1, "width": 5}], refused_at=("0", "height")),
            Sample("a class that is not there", [{**box, "label": "dog"}], refused_at=("0", "label"), draft=True),
            Sample("no label", [{**box, "label": None}], refused_at=("0", "label")),
            Sample("no object", [[1, 2, 3, 4]], refused_at=("0",)),
            Sample("no list", {"0": box}, refused_at=()),
            Sample("1,001 boxes", [box] * 1001, refused_at=()),
            Sample("no boxes", [], refused_at=(), draft=True),
            Sample("no boxes where none need be", [], stored=[], field={"required": False}),
        ]


def pixels(value: object, problems: Problems, *path: str) -> float | None:
    """A finite number of pixels; None, and a problem, when it is none."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            # Minus zero is zero, lest equal boxes differ.
            return number + 0.0
    problems.add("This must be a finite number.", *path)
    return None


def _fit(box: dict[str, float], width: int, height: int, problems: Problems) -> None:
    """Refuses a box that is too small or outside the image; takes up the slack by moving, so that no side gets too short."""
    for corner, side, length in (("x", "width", width), ("y", "height", height)):
        if box[side] < MIN_SIDE_PIXELS:
            problems.add("A box must be at least one pixel wide and high.", side)
        elif not -SLACK_PIXELS <= box[corner] <= length:
            problems.add(f"The box begins outside the image, which has {length} pixels here.", corner)
        elif box[corner] + box[side] > length + SLACK_PIXELS:
            problems.add(f"The box ends outside the image, which has {length} pixels here.", side)
        box[side] = min(box[side], float(length))
        box[corner] = min(max(box[corner], 0.0), length - box[side])


KIND = Boxes()
