"""What a beginner is told about an answer: what to mend, where, and by how much, in words that need no training."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from pycocotools import mask as coco

from quality.grade import Fault, Problem

Labels: TypeAlias = Mapping[str, str]
Size: TypeAlias = tuple[int, int] | None

# More at once is a wall of text; what is left comes with the next try.
MOST_TOLD = 4
RIGHT = "Well done, that is right."
DRAWN = {"box": "box around", "polygon": "outline of", "mask": "painting of", "span": "marking of"}


@dataclass(frozen=True)
class Remark:
    """A problem and the English sentence about it."""

    problem: Problem
    sentence: str


def feedback(problems: Sequence[Problem], form: Sequence[Mapping[str, Any]], size: Size = None) -> str:
    """
    English sentences about the problems of a grade. `form` as stored; `size` is the image's [width, height] in pixels, and tells
    where things are; without it, places are left out.
    """
    if not problems:
        return RIGHT
    told = [remark.sentence for remark in remarks(problems, form, size)]
    left = len(problems) - MOST_TOLD
    if left > 0:
        told.append(f"There {'is' if left == 1 else 'are'} {left} more to mend.")
    return " ".join(told)


def remarks(problems: Sequence[Problem], form: Sequence[Mapping[str, Any]], size: Size = None) -> list[Remark]:
    """One by one what `feedback` says, with the shapes that it is about; at most MOST_TOLD."""
    fields = {field["key"]: field for field in form}
    return [Remark(each, _sentence(each, fields[each.key], size, several=len(form) > 1)) for each in problems[:MOST_TOLD]]


def _sentence(problem: Problem, field: Mapping[str, Any], size: Size, *, several: bool) -> str:
    labels = {each["key"]: each["label"] for each in field.get("classes", field.get("options", []))}
    sentence = SENTENCES[problem.fault](problem, labels, size)
    return f"{field['label']}: {sentence}" if several else sentence


def _missing(problem: Problem, labels: Labels, size: Size) -> str:
    return f"You missed one {_thing(problem.expected, labels)}{_place(problem.expected, size, before=', ')}."


def _extra(problem: Problem, labels: Labels, size: Size) -> str:
    thing = _thing(problem.given, labels)
    return f"There is no {thing} where you marked one{_place(problem.given, size, before=', ')}: take it away."


def _twice(problem: Problem, labels: Labels, size: Size) -> str:
    return f"You marked the same {_thing(problem.expected, labels)} twice{_place(problem.expected, size, before=', ')}: take one away."


def _wrong_label(problem: Problem, labels: Labels, size: Size) -> str:
    said, is_ = _name(problem.given, labels), _name(problem.expected, labels)
    return f"What you called “{said}”{_place(problem.expected, size, before=', ')}, is “{is_}”: change its label."


def _low_overlap(problem: Problem, labels: Labels, _: Size) -> str:
    what = f"Your {DRAWN[problem.kind]} the {_thing(problem.expected, labels)}"
    how = _box_fault(problem) if problem.kind == "box" else _area_fault(problem)
    return f"{what} {how}: {_figures(problem)}."


def _box_fault(problem: Problem) -> str:
    """The edge that is furthest off, measured by the side of the box that is expected."""
    mine, known = problem.given, problem.expected
    right = (mine["x"] + mine["width"]) - (known["x"] + known["width"])
    bottom = (mine["y"] + mine["height"]) - (known["y"] + known["height"])
    beyond = {
        "left": (known["x"] - mine["x"]) / known["width"],
        "right": right / known["width"],
        "top": (known["y"] - mine["y"]) / known["height"],
        "bottom": bottom / known["height"],
    }
    edge = max(beyond, key=lambda name: abs(beyond[name]))
    return f"is too loose at its {edge} edge" if beyond[edge] > 0 else f"cuts something off at its {edge} edge"


def _area_fault(problem: Problem) -> str:
    """Whether more of what was marked is beside the thing, or more of the thing was left out."""
    mine, known = _area(problem.kind, problem.given), _area(problem.kind, problem.expected)
    # Of text the overlap is an F1, of what is drawn an IoU.
    shared = problem.overlap * (mine + known) / (2 if problem.kind == "span" else 1 + problem.overlap)
    return "goes too far over its edge" if mine - shared > known - shared else "leaves too much of it out"


def _figures(problem: Problem) -> str:
    # Rounded down and up, so that nobody reads "75 %, it takes 75 %".
    return f"overlap {math.floor(problem.overlap * 100)} %, it takes {math.ceil(problem.wanted * 100 - 1e-6)} %"


def _wrong(problem: Problem, labels: Labels, _: Size) -> str:
    if problem.kind == "choice":
        return _wrong_choice(problem, labels)
    if problem.given is None:
        return "This is not answered yet."
    if problem.kind == "rating":
        return f"You gave {problem.given}; {problem.expected} fits."
    if problem.kind == "text":
        return f"Your text is not close enough; it should be: “{problem.expected}”"
    return "This is not the answer that was expected."


def _wrong_choice(problem: Problem, labels: Labels) -> str:
    chosen, right = set(problem.given or []), set(problem.expected)
    wrong = [f"“{labels[key]}” does not fit." for key in labels if key in chosen - right]
    missing = [f"“{labels[key]}” fits." for key in labels if key in right - chosen]
    return " ".join(wrong + missing)


SENTENCES: Mapping[Fault, Callable[[Problem, Labels, Size], str]] = {
    Fault.MISSING: _missing,
    Fault.EXTRA: _extra,
    Fault.TWICE: _twice,
    Fault.WRONG_LABEL: _wrong_label,
    Fault.LOW_OVERLAP: _low_overlap,
    Fault.WRONG: _wrong,
}


def _name(shape: Mapping[str, Any], labels: Labels) -> str:
    return labels.get(shape["label"], shape["label"])


def _thing(shape: Mapping[str, Any], labels: Labels) -> str:
    """A class within a sentence: "Name badge" becomes "name badge", and "TV" stays."""
    name = _name(shape, labels)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _place(shape: Mapping[str, Any], size: Size, *, before: str) -> str:
    """Roughly where the middle of a shape is, such as "near the top left"."""
    if size is None or "start" in shape:
        return ""
    left, top, width, height = _bounds(shape)
    across = _third((left + width / 2) / size[0], "left", "right")
    down = _third((top + height / 2) / size[1], "top", "bottom")
    where = " ".join(word for word in (down, across) if word)
    return f"{before}near the {where}" if where else f"{before}in the middle"


def _third(share: float, low: str, high: str) -> str:
    return low if share < 1 / 3 else high if share > 2 / 3 else ""


def _bounds(shape: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, width and height of a box, an outline or a mask, in pixels."""
    if "counts" in shape:
        left, top, width, height = map(float, coco.toBbox({"size": shape["size"], "counts": shape["counts"]}))
        return left, top, width, height
    if "points" in shape:
        corners = np.array(shape["points"], np.float64).reshape(-1, 2)
        (left, top), (width, height) = map(float, corners.min(0)), map(float, np.ptp(corners, axis=0))
        return left, top, width, height
    return shape["x"], shape["y"], shape["width"], shape["height"]


def _area(kind: str, shape: Mapping[str, Any]) -> float:
    """Pixels, or characters."""
    if kind == "span":
        return float(shape["end"] - shape["start"])
    if kind == "mask":
        return float(coco.area({"size": shape["size"], "counts": shape["counts"]}))
    x, y = np.array(shape["points"], np.float64).reshape(-1, 2).T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
