"""How much shapes overlap: as others measure it, exactly, and at once."""

import itertools
import math
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco

from quality.outline import AT_ONCE, Outlines
from quality.overlap import Layer, overlaps, pairs
from tests.quality.drawing import a_box, a_mask, a_rectangle, boxes, masks, polygons, spans


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

    assert overlaps("polygon", ones, others) == pytest.approx(expected)


def test_masks_of_images_of_other_sizes_share_nothing() -> None:
    one, other = a_mask(np.ones((2, 3), np.bool_)), a_mask(np.ones((3, 2), np.bool_))

    assert overlaps("mask", [one], [other]).tolist() == [[0.0]]


def a_star(middle: tuple[float, float], radius: float, corners: int, turn: float, inner: float) -> dict[str, Any]:
    """An outline that goes in and out, and is not convex."""
    away = [radius * (1 if corner % 2 else inner) for corner in range(corners)]
    turns = [turn + 2 * math.pi * corner / corners for corner in range(corners)]
    return {
        "label": "cat",
        "points": [s for t, r in zip(turns, away, strict=True) for s in (middle[0] + r * math.cos(t), middle[1] + r * math.sin(t))],
    }


stars = st.builds(
    a_star,
    st.tuples(st.floats(40, 80), st.floats(40, 80)),
    st.floats(10, 40),
    st.integers(3, 15).map(lambda n: 2 * n),
    st.floats(0, 6),
    st.floats(0.2, 1),
)


@given(stars, stars)
def test_overlaps_of_outlines_are_those_of_their_pixels(one: dict[str, Any], other: dict[str, Any]) -> None:
    scale, side = 16, 16 * 120
    drawn = coco.frPyObjects([[scale * n for n in outline["points"]] for outline in (one, other)], side, side)

    # Sixteen pixels to one; the rim is what differs.
    assert overlaps("polygon", [one], [other])[0, 0] == pytest.approx(np.asarray(coco.iou(drawn[:1], drawn[1:], [0]))[0, 0], abs=0.02)


@given(stars, stars)
def test_an_outline_is_the_same_whichever_way_and_from_wherever_it_is_drawn(one: dict[str, Any], other: dict[str, Any]) -> None:
    corners = list(zip(one["points"][::2], one["points"][1::2], strict=True))
    again = {"label": "cat", "points": [side for corner in corners[2::-1] + corners[:2:-1] for side in corner]}

    assert overlaps("polygon", [one], [again])[0, 0] == 1.0
    assert overlaps("polygon", [again], [other]) == pytest.approx(overlaps("polygon", [one], [other]))
    assert overlaps("polygon", [other], [one]) == pytest.approx(overlaps("polygon", [one], [other]))


def test_outlines_far_from_the_corner_of_a_huge_image_are_measured_as_exactly() -> None:
    one, other = a_rectangle(59_990, 59_990, 10, 10), a_rectangle(59_990, 59_995, 10, 10)

    assert overlaps("polygon", [one], [other])[0, 0] == pytest.approx(1 / 3)


def test_what_cannot_overlap_enough_is_not_measured() -> None:
    ones, others = [a_rectangle(0, 0, 10, 10)], [a_rectangle(0, 0, 10, 4), a_rectangle(0, 0, 10, 6), a_rectangle(50, 50, 9, 9)]

    assert Layer.of("polygon", ones).over(Layer.of("polygon", others), 0.5).tolist() == [[0.0, pytest.approx(0.6), 0.0]]


def test_outlines_that_zigzag_are_measured_piece_by_piece() -> None:
    # A thousand corners, all of which lie above each other: nearly a million pairs of edges.
    teeth = [(0.0 if n % 2 else 99.0, float(n)) for n in range(998)]
    comb = {"label": "cat", "points": [side for corner in [*teeth, (100.0, 999.0), (100.0, 0.0)] for side in corner]}
    begun = time.process_time()

    assert len(comb["points"]) ** 2 / 4 > AT_ONCE
    assert overlaps("polygon", [comb], [comb]).tolist() == [[1.0]]
    # Well under a second; what is guarded against is minutes.
    assert time.process_time() - begun < 30


def test_an_outline_without_an_area_shares_nothing() -> None:
    line = {"label": "cat", "points": [0.0, 0.0, 9.0, 9.0, 4.0, 4.0]}

    assert overlaps("polygon", [line, a_rectangle(0, 0, 9, 9)], [line, a_rectangle(0, 0, 9, 9)]).tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert Outlines.of([line]).areas.tolist() == [0.0]


@given(spans, spans)
def test_overlaps_of_marked_text_are_the_f1_of_its_characters(ones: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    found = overlaps("span", ones, others)

    for (row, one), (column, other) in itertools.product(enumerate(ones), enumerate(others)):
        first, second = ({(span["content"], place) for place in range(span["start"], span["end"])} for span in (one, other))
        assert found[row, column] == pytest.approx(2 * len(first & second) / (len(first) + len(second)))


def test_classes_are_told_apart() -> None:
    one, other = Layer.of("box", [a_box(0, 0, 1, 1)]), Layer.of("box", [a_box(0, 0, 1, 1), a_box(0, 0, 1, 1, "mug")])

    assert one.same_labels(other).tolist() == [[True, False]]
    assert Layer.of("box", []).same_labels(other).shape == (0, 2)


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=4))
def test_pairs_add_up_to_the_most_there_is(rows: list[list[float]]) -> None:
    weights = np.array(rows)
    short, long = sorted(weights.shape)
    table = weights if weights.shape[0] == short else weights.T

    best = max(sum(table[place, column] for place, column in enumerate(columns)) for columns in itertools.permutations(range(long), short))

    assert weights[pairs(weights)].sum() == pytest.approx(best)


def test_nothing_pairs_with_nothing() -> None:
    for weights in (np.zeros((2, 0)), np.zeros((2, 2))):
        rows, columns = pairs(weights)

        assert rows.size == columns.size == 0


def test_no_more_is_paired_than_there_is_weight() -> None:
    rows, columns = pairs(np.array([[0.5, 0.6], [0.0, 0.0]]))

    assert (rows.tolist(), columns.tolist()) == ([0], [1])
