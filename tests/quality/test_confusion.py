"""Which classes are taken for which, told by hand-made answers."""

from __future__ import annotations

from typing import Any

import pytest

from quality.confusion import confused
from quality.policy import Policy

CHOICE = {"key": "label", "kind": "choice", "multiple": False}
CHOICES = CHOICE | {"multiple": True}
BOX = {"key": "boxes", "kind": "box"}
RATING = {"key": "stars", "kind": "rating", "min": 1, "max": 5}


def a_box(label: str, x: float, width: float = 10) -> dict[str, Any]:
    return {"label": label, "x": x, "y": 0, "width": width, "height": 10}


@pytest.mark.parametrize(
    ("wanted", "given", "right", "cells"),
    [
        (["cat"], ["cat"], True, {("cat", "cat"): 1}),
        (["cat"], ["dog"], False, {("cat", "dog"): 1}),
        (["cat"], None, False, {("cat", None): 1}),
        (["cat", "dog"], ["cat"], False, {("cat", "cat"): 1, ("dog", None): 1}),
        (["cat"], ["cat", "dog", "cow"], False, {("cat", "cat"): 1, (None, "dog"): 1, (None, "cow"): 1}),
        (["cat", "dog"], ["cat", "cow"], False, {("cat", "cat"): 1, ("dog", "cow"): 1}),
    ],
)
def test_options_are_taken_for_each_other_one_by_one(
    wanted: list[str], given: list[str] | None, right: bool, cells: dict[Any, int]
) -> None:
    found = confused(CHOICES, wanted, given)

    assert (found.right, found.cells) == (right, cells)


def test_shapes_are_missed_added_named_otherwise_or_of_their_class_however_loosely_they_are_drawn() -> None:
    wanted = [a_box("cat", 0), a_box("cat", 100), a_box("dog", 200), a_box("cow", 300)]
    given = [a_box("cat", 0), a_box("dog", 100), a_box("dog", 200, width=15), a_box("cow", 500)]

    found = confused(BOX, wanted, given)

    assert found.cells == {("cat", "cat"): 1, ("cat", "dog"): 1, ("dog", "dog"): 1, ("cow", None): 1, (None, "cow"): 1}
    assert not found.right


def test_a_second_shape_of_one_thing_is_one_too_many() -> None:
    found = confused(BOX, [a_box("cat", 0)], [a_box("cat", 0), a_box("cat", 0.5)])

    assert found.cells == {("cat", "cat"): 1, (None, "cat"): 1}


def test_points_of_a_scale_are_classes_and_right_by_the_policy() -> None:
    assert confused(RATING, 4, 3).cells == {("4", "3"): 1}
    assert confused(RATING, 4, 3).right
    assert not confused(RATING, 4, 3, Policy(points=0)).right
    assert confused(RATING, 4, None).cells == {("4", None): 1}


def test_texts_have_no_classes() -> None:
    found = confused({"key": "text", "kind": "text"}, "What it says", "What it says.")

    assert (found.right, found.cells) == (True, {})
