"""Polygon: outlines on the item's image, each with a class; simple ones, whose edges meet at the corners only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.fields.base import FormField, Submission, head
from models.fields.box import SLACK_PIXELS
from models.fields.labels import LabelClass, LabelledKind, known_labels, label_of, load_classes, things
from models.fields.problems import Problems
from models.fields.samples import Sample

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

MIN_CORNERS = 3
# A corner every few pixels around the largest photograph; finer is a mask.
MAX_CORNERS = 1_000
# A thousand outlines of 25 corners; keeps an honest test for crossings near a tenth of a second.
MAX_CORNERS_AN_ANSWER = 25_000
# Pairs of edges one above the other, and pairs whose bounding boxes overlap. Honest outlines have some ten to an edge; these are
# for outlines made to be slow, and keep them under a quarter of a second.
MAX_STACKED_EDGES, MAX_NEAR_EDGES = 2_000_000, 500_000
# Corners are compared on a grid this many bits wide over the image, so that all products fit 64 bits and are exact: no outline
# is refused or taken by a rounding error. On 4,096 pixels the grid is finer than a four-thousandth of a pixel.
GRID_BITS = 25


@dataclass(frozen=True, kw_only=True)
class PolygonField(FormField):
    """Outlines on the item's first image."""

    classes: list[LabelClass]


@dataclass(frozen=True, kw_only=True)
class Polygon:
    """Corners as [x1, y1, x2, y2, …] in pixels, as in COCO."""

    label: str
    points: list[float]


@dataclass(frozen=True, kw_only=True)
class PolygonAnswer:
    """The outlines, in the order in which they were drawn."""

    polygons: list[Polygon]


@dataclass(frozen=True, kw_only=True)
class PolygonInput:
    """3 to 1,000 corners inside the image. The outline closes by itself, and its edges neither cross nor touch."""

    label: str
    points: list[float]


class Polygons(LabelledKind[PolygonField, PolygonAnswer]):
    name = "polygon"
    member = "polygons"
    floor_micros_per_thousand = 12_000_000
    needs = "image"
    field = PolygonField
    answer = PolygonAnswer
    answer_input = list[PolygonInput]

    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> list[dict[str, Any]]:
        known = known_labels(field, complete=submission.complete)
        image = submission.image if submission.complete else None
        polygons: list[dict[str, Any]] = []
        outlines: list[tuple[Floats, Problems]] = []
        corners = 0
        for thing, at in things(raw, problems):
            label = label_of(thing, known, at)
            points = _parse_points(thing.get("points"), at.under("points"))
            if points is None:
                continue
            corners += len(points) // 2
            if corners > MAX_CORNERS_AN_ANSWER:
                at.add(f"An answer can have {MAX_CORNERS_AN_ANSWER:,} corners in all; use a mask where that is too few.", "points")
                return []
            outline = _fit(points, image, at.under("points")) if image else points.reshape(-1, 2)
            if outline is not None:
                outlines.append((outline, at))
                polygons.append({"label": label, "points": outline.ravel().tolist()})
        if image and outlines:
            _refuse_faulty(outlines, image)
        return polygons

    def load_field(self, stored: Mapping[str, Any]) -> PolygonField:
        return PolygonField(**head(stored), classes=load_classes(stored["classes"]))

    def load_answer(self, value: Any) -> PolygonAnswer:
        return PolygonAnswer(polygons=[Polygon(**polygon) for polygon in value])

    def samples(self) -> list[Sample]:
        def cat(*points: object) -> dict[str, object]:
            return {"label": "cat", "points": list(points)}

        circle = [
            round(50 + 30 * turn(2 * math.pi * step / MAX_CORNERS), 6) for step in range(MAX_CORNERS) for turn in (math.cos, math.sin)
        ]
        comb = [x for tooth in range(10) for x in (tooth * 4, 10, tooth * 4 + 1, 50, tooth * 4 + 2, 50, tooth * 4 + 3, 10)]
        return [
            Sample("a triangle", [cat(1, 1, 9.5, 1, 1, 9)], stored=[cat(1.0, 1.0, 9.5, 1.0, 1.0, 9.0)]),
            Sample(
                "the whole image, a hair outside",
                [cat(-0.005, 0, 100.005, 0, 100, 80.01, 0, 80)],
                stored=[cat(0.0, 0.0, 100.0, 0.0, 100.0, 80.0, 0.0, 80.0)],
            ),
            Sample("a thousand corners", [cat(*circle)], stored=[cat(*circle)]),
            Sample(
                "a comb, whose edges lie along one line",
                [cat(*comb, 39, 70, 0, 70)],
                stored=[cat(*map(float, comb), 39.0, 70.0, 0.0, 70.0)],
            ),
            Sample("an hourglass", [cat(0, 0, 10, 10, 10, 0, 0, 10)], refused_at=("0", "points"), draft=True),
            Sample(
                "the second of two crosses itself",
                [cat(1, 1, 9, 1, 1, 9), cat(0, 0, 10, 10, 10, 0, 0, 10)],
                refused_at=("1", "points"),
                draft=True,
            ),
            Sample("a corner on an edge", [cat(0, 0, 10, 0, 10, 10, 5, 0, 0, 10)], refused_at=("0", "points"), draft=True),
            Sample("two loops meeting at a corner", [cat(5, 5, 0, 0, 0, 10, 5, 5, 10, 10, 10, 0)], refused_at=("0", "points"), draft=True),
            Sample("an edge that folds back", [cat(0, 0, 10, 0, 5, 0, 5, 5)], refused_at=("0", "points"), draft=True),
            Sample("a corner twice", [cat(0, 0, 10, 0, 10, 0, 5, 5)], refused_at=("0", "points"), draft=True),
            Sample("closed by its first corner", [cat(0, 0, 10, 0, 5, 5, 0, 0)], refused_at=("0", "points"), draft=True),
            Sample("no area", [cat(0, 0, 10, 10, 5, 5)], refused_at=("0", "points"), draft=True),
            Sample("two corners", [cat(0, 0, 10, 10)], refused_at=("0", "points"), draft=True),
            Sample("no corners", [cat()], refused_at=("0", "points"), draft=True),
            Sample("an odd number of coordinates", [cat(0, 0, 10, 10, 5, 5, 7)], refused_at=("0", "points")),
            Sample("outside the image", [cat(0, 0, 10, 10, 5, 80.1)], refused_at=("0", "points", "5"), draft=True),
            Sample("left of the image", [cat(-1, 0, 10, 10, 5, 8)], refused_at=("0", "points", "0"), draft=True),
            Sample("NaN", [cat(0, 0, 10, math.nan, 5, 8)], refused_at=("0", "points", "3")),
            Sample("a number beyond floats", [cat(0, 0, 10, 5, -(10**400), 8)], refused_at=("0", "points", "4")),
            Sample("a truth value", [cat(0, 0, 10, 5, True, 8)], refused_at=("0", "points", "4")),
            Sample("a text", [cat("0", 0, 10, 5, 1, 8)], refused_at=("0", "points", "0")),
            Sample("nested corners", [cat([0, 0], [10, 5], [1, 8], [1, 7])], refused_at=("0", "points", "0")),
            Sample("points left out", [{"label": "cat"}], refused_at=("0", "points")),
            Sample("1,001 corners", [cat(*circle, 50, 50)], refused_at=("0", "points")),
            Sample("25 circles and one more", [cat(*circle)] * 26, refused_at=("25", "points")),
            Sample("a class that is not there", [{**cat(1, 1, 9, 1, 1, 9), "label": "dog"}], refused_at=("0", "label"), draft=True),
            Sample("no object", ["1 1 9 1 1 9"], refused_at=("0",)),
            Sample("no list", None, refused_at=()),
            Sample("no outlines", [], refused_at=(), draft=True),
        ]


def _parse_points(raw: object, problems: Problems) -> Floats | None:
    """Finite coordinates, an even number of them; None, and a problem, when they are not."""
    if not isinstance(raw, list):
        problems.add("This must be a list of numbers.")
        return None
    if len(raw) > 2 * MAX_CORNERS:
        problems.add(f"An outline can have {MAX_CORNERS:,} corners; this has {len(raw) // 2:,}.")
        return None
    if len(raw) % 2:
        problems.add("Every corner needs an x and a y: this is an odd number of coordinates.")
        return None
    points = np.fromiter((_finite(number) for number in raw), np.float64, len(raw))
    if not np.isfinite(points).all():
        problems.add("This must be a finite number.", str(int(np.argmin(np.isfinite(points)))))
        return None
    # Minus zero is zero, lest equal outlines differ.
    return points + 0.0


def _finite(number: object) -> float:
    """The number as a float; NaN for whatever is none."""
    if type(number) is float:
        return number
    try:
        return float(number) if isinstance(number, int) and not isinstance(number, bool) else math.nan
    except OverflowError:
        return math.nan


def _fit(points: Floats, image: Mapping[str, Any], problems: Problems) -> Floats | None:
    """The corners, shape [corners, 2], the slack taken up; None, and a problem, when they are too few or outside the image."""
    if len(points) < 2 * MIN_CORNERS:
        problems.add("An outline needs at least three corners.")
        return None
    edges = np.array([image["width"], image["height"]], np.float64)
    outline = points.reshape(-1, 2)
    outside = ((outline < -SLACK_PIXELS) | (outline > edges + SLACK_PIXELS)).ravel()
    if outside.any():
        problems.add("This corner is outside the image.", str(int(np.argmax(outside))))
        return None
    return np.clip(outline, 0.0, edges)


def _refuse_faulty(outlines: Sequence[tuple[Floats, Problems]], image: Mapping[str, Any]) -> None:
    for (_, at), fault in zip(outlines, faults_in([outline for outline, _ in outlines], image), strict=True):
        if fault:
            at.add(fault, "points")


def faults_in(outlines: Sequence[Floats], image: Mapping[str, Any]) -> list[str | None]:
    """
    For each outline, shape [corners, 2] in pixels inside the image, what keeps it from being simple, or None.

    All outlines are tested in one sweep over their edges: sorted by their left end, each edge is held only against those that begin
    before it ends. O(n log n) and a little more for honest outlines, bounded for others.
    """
    lengths = np.array([len(outline) for outline in outlines], np.int64)
    starts = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(len(outlines)), lengths)
    scale = 2.0 ** (GRID_BITS - int(max(image["width"], image["height"])).bit_length())
    begin = np.rint(np.concatenate(outlines) * scale).astype(np.int64)
    following = np.arange(1, len(begin) + 1)
    following[starts + lengths - 1] = starts
    end = begin[following]
    faults: list[str | None] = [None] * len(outlines)

    step = end - begin
    turn = step[following]
    folds = (_cross(step, turn) == 0) & ((step * turn).sum(1) < 0)
    for edge in np.flatnonzero(folds)[::-1]:
        faults[owner[edge]] = f"The outline folds back on itself at corner {_corner(following[edge], starts, owner)}."
    for edge in np.flatnonzero((step == 0).all(1))[::-1]:
        faults[owner[edge]] = (
            f"Corner {_corner(edge, starts, owner)} is there twice. An outline closes by itself: leave the last corner out."
            if following[edge] == starts[owner[edge]]
            else f"Corner {_corner(edge, starts, owner)} is there twice."
        )

    crossings = _crossings(begin, end, following, owner)
    if crossings is None:
        return ["The outlines are too intricate; use fewer corners, or a mask.", *faults[1:]]
    for first, second in crossings:
        faults[owner[first]] = faults[owner[first]] or (
            f"The outline crosses or touches itself: the edge after corner {_corner(first, starts, owner)} "
            f"meets the one after corner {_corner(second, starts, owner)}."
        )
    return faults


def _crossings(begin: Ints, end: Ints, following: Ints, owner: Ints) -> list[tuple[int, int]] | None:
    """Pairs of edges, not neighbours, that meet, at most one an outline; None when too many are near each other to tell."""
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    # Each outline gets a stretch of the line of its own, so that one sort sweeps them all and never compares two outlines.
    stretch = owner.astype(np.int64) << (GRID_BITS + 1)
    order = np.argsort(low[:, 0] + stretch, kind="stable")
    near = np.searchsorted((low[:, 0] + stretch)[order], (high[:, 0] + stretch)[order], side="right") - np.arange(1, len(order) + 1)
    if near.sum() > MAX_STACKED_EDGES:
        return None
    place = np.repeat(np.arange(len(order)), near)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(near) - near, near)
    one, other = order[place], order[place + 1 + nth]
    bottom, top = low[:, 1].copy(), high[:, 1].copy()
    kept = (bottom[one] <= top[other]) & (bottom[other] <= top[one]) & (following[one] != other) & (following[other] != one)
    one, other = one[kept], other[kept]
    if len(one) > MAX_NEAR_EDGES:
        return None
    for _ in range(2):
        # Two segments meet when each has its ends on both sides of the line through the other: so once each way round.
        parted = _parted(begin[one], end[one], begin[other], end[other])
        one, other = other[parted], one[parted]
    _, firsts = np.unique(owner[one], return_index=True)
    return [(int(min(one[i], other[i])), int(max(one[i], other[i]))) for i in firsts]


def _parted(a: Ints, b: Ints, c: Ints, d: Ints) -> NDArray[np.bool_]:
    """Whether c and d are on different sides of the line through a and b, or one of them on it. All of shape [n, 2]."""
    along = b - a
    sides: NDArray[np.bool_] = np.sign(_cross(along, c - a)) * np.sign(_cross(along, d - a)) <= 0
    return sides


def _cross(a: Ints, b: Ints) -> Ints:
    """The cross products of vectors, shape [n, 2]."""
    products: Ints = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return products


def _corner(index: Any, starts: Ints, owner: Ints) -> int:
    """The number that a person would give the corner: counted from 1 within its outline."""
    return int(index - starts[owner[index]]) + 1


KIND = Polygons()
