"""How alike two answers are: symmetric, 1 for equals, and right where others know."""

import itertools
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco

from quality.likeness import edit_distance, likeness, overlaps, pairs, same_labels
from tests.quality.drawing import KINDS, a_box, a_field, a_mask, a_painting, a_rectangle, boxes, masks, polygons

two_of_a_kind = st.sampled_from(list(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind], KINDS[kind]))


@settings(max_examples=500)
@given(two_of_a_kind)
def test_likeness_is_symmetric_and_within_nought_and_one(two: tuple[str, Any, Any]) -> None:
    kind, one, other = two

    score = likeness(a_field(kind), one, other)

    assert 0 <= score <= 1
    assert likeness(a_field(kind), other, one) == pytest.approx(score)


@settings(max_examples=300)
@given(two_of_a_kind)
def test_equal_answers_are_wholly_alike(two: tuple[str, Any, Any]) -> None:
    kind, one, _ = two

    assert likeness(a_field(kind), one, one) == pytest.approx(1)


@given(boxes, boxes)
def test_overlaps_of_boxes_are_those_of_pycocotools(ones: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    if not ones or not others:
        assert overlaps("box", ones, others).shape == (len(ones), len(others))
        return
    first, second = (np.array([[box["x"], box["y"], box["width"], box["height"]] for box in some]) for some in (ones, others))

    assert overlaps("box", ones, others) == pytest.approx(coco.iou(first, second, [0] * len(others)))


# pycocotools.mask.decode (2.0.11) is not at ease with NumPy 2; nothing of ours calls it.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@given(masks, masks)
def test_overlaps_of_masks_are_those_of_their_pixels(ones: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    for (row, one), (column, other) in itertools.product(enumerate(ones), enumerate(others)):
        first, second = (coco.decode({"size": mask["size"], "counts": mask["counts"]}).astype(bool) for mask in (one, other))

        assert overlaps("mask", ones, others)[row, column] == pytest.approx((first & second).sum() / (first | second).sum())


@given(polygons, polygons)
def test_overlaps_of_upright_outlines_are_those_of_their_boxes(ones: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    def box(outline: dict[str, Any]) -> dict[str, Any]:
        left, top, right, _, _, bottom, *_ = outline["points"]
        return a_box(left, top, right - left, bottom - top)

    expected = overlaps("box", [box(each) for each in ones], [box(each) for each in others])

    # Drawn as pixels, sixteen to one of the image's.
    assert overlaps("polygon", ones, others) == pytest.approx(expected, abs=0.07)


def test_masks_of_images_of_other_sizes_share_nothing() -> None:
    one, other = a_mask(np.ones((2, 3), np.bool_)), a_mask(np.ones((3, 2), np.bool_))

    assert overlaps("mask", [one], [other]).tolist() == [[0.0]]


def test_a_huge_outline_is_compared_in_no_more_pixels_than_a_small_one() -> None:
    one, other = a_rectangle(0, 0, 60_000, 60_000), a_rectangle(0, 0, 60_000, 30_000)

    assert overlaps("polygon", [one], [other])[0, 0] == pytest.approx(0.5, abs=0.01)


def test_a_shape_that_is_missed_costs_as_much_as_one_too_many() -> None:
    one, two = [a_box(0, 0, 10, 10)], [a_box(0, 0, 10, 10), a_box(50, 50, 10, 10)]

    assert likeness(a_field("box"), one, two) == pytest.approx(2 / 3)
    assert likeness(a_field("box"), two, one) == pytest.approx(2 / 3)


def test_shapes_of_other_classes_are_not_alike() -> None:
    assert likeness(a_field("mask"), [a_painting(0, 0, 5, 5)], [a_painting(0, 0, 5, 5, "mug")]) == 0


def test_ratings_are_measured_by_their_scale() -> None:
    assert likeness(a_field("rating"), -1, 5) == 0
    assert likeness(a_field("rating"), 2, 5) == 0.5


def test_spans_share_their_labelled_characters() -> None:
    four, six = ({"label": "cat", "content": 0, "start": 0, "end": end} for end in (4, 6))

    assert likeness(a_field("span"), [four], [six]) == pytest.approx(2 * 4 / 10)
    assert likeness(a_field("span"), [four], [{**six, "content": 1}]) == 0


def test_texts_are_alike_but_for_their_blanks() -> None:
    assert likeness(a_field("text"), " fünf  Uhr\n", "fu\u0308nf Uhr") == 1
    assert likeness(a_field("text"), "fünf", "Fünf!") == 1 - 2 / 5


@pytest.mark.parametrize("kind", ["choice", "box", "polygon", "mask", "text", "span", "media"])
def test_no_answer_is_like_an_empty_one(kind: str) -> None:
    empty = "" if kind == "text" else []

    assert likeness(a_field(kind), None, empty) == likeness(a_field(kind), empty, None) == likeness(a_field(kind), None, None) == 1


def test_no_rating_is_like_no_rating_only() -> None:
    assert likeness(a_field("rating"), None, None) == 1
    assert likeness(a_field("rating"), None, 0) == likeness(a_field("rating"), 0, None) == 0


def test_a_kind_that_is_not_known_is_alike_where_it_is_equal() -> None:
    assert likeness({"kind": "arrow"}, 90, 90) == 1
    assert likeness({"kind": "arrow"}, 90, 91) == 0


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=4))
def test_pairs_add_up_to_the_most_there_is(rows: list[list[float]]) -> None:
    weights = np.array(rows)
    short, long = sorted(weights.shape)
    table = weights if weights.shape[0] == short else weights.T

    best = max(sum(table[place, column] for place, column in enumerate(columns)) for columns in itertools.permutations(range(long), short))

    assert sum(weights[pair] for pair in pairs(weights)) == pytest.approx(best)


def test_nothing_pairs_with_nothing() -> None:
    assert pairs(np.zeros((2, 0))) == []
    assert pairs(np.zeros((2, 2))) == []
    assert same_labels([], [a_box(0, 0, 1, 1)]).shape == (0, 1)


@settings(max_examples=300)
@given(st.text("abc", max_size=9), st.text("abc", max_size=9))
def test_the_edit_distance_is_that_of_the_textbook(one: str, other: str) -> None:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))

    assert edit_distance(one, other) == row[-1]


def test_the_longest_texts_are_compared_at_once() -> None:
    begun = time.perf_counter()

    assert edit_distance("ab" * 10_000, "ba" * 10_000) == 2

    # 0.1 s on a slow core; a table of 400 million entries would take minutes.
    assert time.perf_counter() - begun < 5
