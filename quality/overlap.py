"""
How much shapes overlap, in [0, 1]: the one measure of it, for lessons, gold, consensus and likeness alike.

Of boxes, outlines and masks it is the intersection over the union; of marked text the F1 of the characters. Shapes are as stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from quality.outline import Outlines

Shape: TypeAlias = Mapping[str, Any]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]

# Overlaps are quotients of floats: what is nearer to 1 is 1, as of equal shapes it must be.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Layer:
    """The shapes of one answer, made ready once to be laid over those of others."""

    kind: str
    shapes: Sequence[Shape]
    labels: Sequence[str]
    ready: Any

    @classmethod
    def of(cls, kind: str, shapes: Sequence[Shape]) -> Layer:
        return cls(kind, shapes, [shape["label"] for shape in shapes], READY[kind](shapes) if shapes else None)

    def over(self, other: Layer, least: float = 0.0) -> Floats:
        """Of each of these shapes with each of the other layer's, shape [these, others]. What is less than `least` may come out as 0."""
        if not self.shapes or not other.shapes:
            return np.zeros((len(self.shapes), len(other.shapes)))
        shares = np.asarray(OVERLAPS[self.kind](self.ready, other.ready, least), np.float64)
        return np.where(shares > 1 - ROUNDING, 1.0, np.maximum(shares, 0.0))

    def same_labels(self, other: Layer) -> Bools:
        """Whether each of these shapes is of the class of each of the other layer's, shape [these, others]."""
        # Numbers are compared ten times as fast as words.
        known: dict[str, int] = {}
        these, others = (np.array([known.setdefault(label, len(known)) for label in layer.labels], np.int64) for layer in (self, other))
        same: Bools = these[:, None] == others
        return same


def overlaps(kind: str, ones: Sequence[Shape], others: Sequence[Shape]) -> Floats:
    """Of each of the stored shapes of a kind with each of the others, shape [ones, others]."""
    return Layer.of(kind, ones).over(Layer.of(kind, others))


def pairs(weights: Floats) -> tuple[Ints, Ints]:
    """The rows and columns to pair, each at most once, so that the weights of the pairs add up to the most (Hungarian)."""
    rows, columns = np.nonzero(weights > 0)
    chosen = matched(rows, columns, weights[rows, columns])
    return rows[chosen], columns[chosen]


def matched(rows: Ints, columns: Ints, weights: Floats) -> Ints:
    """The same of pairs that are possible, each with its weight above 0, by rows: which of them, ascending."""
    # Most have one that they could be paired with, which has no other either: there is nothing to choose.
    alone = (np.bincount(rows)[rows] == 1) & (np.bincount(columns)[columns] == 1)
    if alone.all():
        return np.arange(len(rows))
    # Half of a server's start would be SciPy's, for what only pairing needs.
    from scipy.optimize import linear_sum_assignment

    among = np.flatnonzero(~alone)
    left, right = _places(rows[among]), _places(columns[among])
    weighed, which = np.zeros((left.max() + 1, right.max() + 1)), np.zeros((left.max() + 1, right.max() + 1), np.int64)
    weighed[left, right], which[left, right] = weights[among], among
    chosen = linear_sum_assignment(weighed, maximize=True)
    chosen_among: Ints = which[chosen][weighed[chosen] > 0]
    return np.sort(np.concatenate((np.flatnonzero(alone), chosen_among)))


def _places(numbers: Ints) -> Ints:
    """Each number's place among those that there are."""
    places: Ints = np.cumsum(np.bincount(numbers) > 0)[numbers] - 1
    return places


def _box_sides(boxes: Sequence[Shape]) -> Floats:
    return np.array([(box["x"], box["y"], box["width"], box["height"]) for box in boxes], np.float64)


def _box_overlaps(ones: Any, others: Any, _: float) -> Any:
    # Arrays are taken too, whatever the stubs say.
    return coco.iou(ones, others, [0] * len(others))


def _encodings(masks: Sequence[Shape]) -> list[Any]:
    return [{"size": mask["size"], "counts": mask["counts"].encode()} for mask in masks]


def _mask_overlaps(ones: list[Any], others: list[Any], _: float) -> Any:
    # -1 for masks of images of different sizes, and NaN where neither has a pixel.
    return np.nan_to_num(coco.iou(ones, others, [0] * len(others)))


def _span_ends(spans: Sequence[Shape]) -> Floats:
    return np.array([(span["content"], span["start"], span["end"]) for span in spans], np.float64)


def _span_overlaps(ones: Floats, others: Floats, _: float) -> Floats:
    content, start, end = (side[:, None] for side in ones.T)
    other_content, other_start, other_end = others.T
    shared = np.clip(np.minimum(end, other_end) - np.maximum(start, other_start), 0, None) * (content == other_content)
    f1: Floats = 2 * shared / ((end - start) + (other_end - other_start))
    return f1


READY: Mapping[str, Callable[[Sequence[Shape]], Any]] = {
    "box": _box_sides,
    "polygon": Outlines.of,
    "mask": _encodings,
    "span": _span_ends,
}
OVERLAPS: Mapping[str, Callable[[Any, Any, float], Any]] = {
    "box": _box_overlaps,
    "polygon": Outlines.over,
    "mask": _mask_overlaps,
    "span": _span_overlaps,
}
