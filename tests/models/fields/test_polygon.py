"""Simple outlines, against an oracle in exact fractions; and the time it takes to tell."""

import math
import time
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.fields import parse_answers
from models.fields.polygon import faults_in
from tests.models.fields.asking import a_form, answered, refused

Point: TypeAlias = tuple[float, float]
PHOTO = {"kind": "image", "sha256": "ab" * 32, "width": 4000, "height": 3000, "alt": ""}


def side(a: Point, b: Point, c: Point) -> int:
    """On which side of the line from a to b the point c is: exact."""
    (ax, ay), (bx, by), (cx, cy) = ((Fraction(x), Fraction(y)) for x, y in (a, b, c))
    cross = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    return (cross > 0) - (cross < 0)


def within(a: Point, b: Point, c: Point) -> bool:
    """Whether c, on the line through a and b, lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    first, second, third, fourth = side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
    touches = [(first, a, b, c), (second, a, b, d), (third, c, d, a), (fourth, c, d, b)]
    return (first * second < 0 and third * fourth < 0) or any(turn == 0 and within(p, q, r) for turn, p, q, r in touches)


def is_simple(corners: list[Point]) -> bool:
    """By the book: no corner twice, no two edges meet but neighbours at their corner, and some area."""
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
    if any(a == b for a, b in edges):
        return False
    for (i, (a, b)), (j, (c, d)) in combinations(enumerate(edges), 2):
        shared = [point for point in (a, b) if point in (c, d)] if j - i in {1, len(edges) - 1} else []
        if not shared and meet(a, b, c, d):
            return False
        if shared:
            rest = [point for point in (a, b, c, d) if point != shared[0]]
            if len(rest) != 2 or any(
                side(*edge, point) == 0 and within(*edge, point) for edge, point in (((a, b), rest[1]), ((c, d), rest[0]))
            ):
                return False
    return True


@settings(max_examples=500)
@given(st.lists(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=7), min_size=1, max_size=4))
def test_outlines_on_a_coarse_grid_are_simple_exactly_where_the_oracle_says_so(outlines: list[list[Point]]) -> None:
    faults = faults_in([np.array(outline, np.float64) for outline in outlines], PHOTO)

    assert [fault is None for fault in faults] == [is_simple(outline) for outline in outlines]


@settings(max_examples=200)
@given(st.lists(st.tuples(st.floats(0, 1000, width=32), st.floats(0, 1000, width=32)), min_size=3, max_size=8, unique=True))
def test_outlines_anywhere_are_simple_where_the_oracle_says_so_on_the_same_grid(outline: list[Point]) -> None:
    # The grid of a 4,000 pixel image: 2 ** (25 - 12) steps a pixel.
    snapped = [(round(x * 2**13) / 2**13, round(y * 2**13) / 2**13) for x, y in outline]

    [fault] = faults_in([np.array(snapped, np.float64)], PHOTO)

    assert (fault is None) == is_simple(snapped)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (100, 80), (65_535, 65_535)])
def test_the_whole_image_is_an_outline_at_any_size(size: tuple[int, int]) -> None:
    width, height = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)

    assert faults_in([corners], {"width": width, "height": height}) == [None]


def test_a_crossing_is_told_by_the_corners_that_a_person_counts() -> None:
    [error] = refused(a_form("polygon"), answered("polygon", [{"label": "cat", "points": [0, 0, 10, 10, 10, 0, 0, 10]}]))

    assert error.message == "The outline crosses or touches itself: the edge after corner 1 meets the one after corner 3."


def a_star(corners: int, across: float, deep: float) -> list[float]:
    turns = [(2 * math.pi * step / corners, across * (1 - deep * (step % 2))) for step in range(corners)]
    return [x for turn, radius in turns for x in (1500 + radius * math.cos(turn), 1500 + radius * math.sin(turn))]


def test_an_outline_made_to_be_slow_is_refused_before_it_is() -> None:
    zigzag = [x for step in range(500) for x in (step * 0.5, step * 0.001, 2000 + step * 0.5, 2900 + step * 0.001)]
    needles = [{"label": "cat", "points": zigzag}] * 3

    begun = time.process_time()
    errors = refused(a_form("polygon"), answered("polygon", needles), content=[PHOTO])

    assert [error.message for error in errors] == ["The outlines are too intricate; use fewer corners, or a mask."]
    # Some 0.1 s; what is guarded against is minutes.
    assert time.process_time() - begun < 30


def test_flat_needles_stacked_beyond_all_measure_are_refused_unlooked_at() -> None:
    comb = [x for step in range(500) for x in (0.0, step * 2.0, 3000.0, step * 2.0 + 1)]
    errors = refused(a_form("polygon"), answered("polygon", [{"label": "cat", "points": comb}] * 6), content=[PHOTO])

    assert [error.message for error in errors] == ["The outlines are too intricate; use fewer corners, or a mask."]


def test_fifty_outlines_of_24_corners_are_checked_in_milliseconds() -> None:
    form, answers = a_form("polygon"), answered("polygon", [{"label": "cat", "points": a_star(24, 900 - step, 0.3)} for step in range(50)])

    fastest = math.inf
    for _ in range(10):
        begun = time.process_time()
        parse_answers(form, [PHOTO], answers)
        fastest = min(fastest, time.process_time() - begun)

    # 1.5 ms on a slow core; room for a loaded one.
    assert fastest < 0.05
