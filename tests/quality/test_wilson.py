"""Bounds of a share."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from quality.wilson import expected_accuracy, wilson

counts = st.integers(1, 500).flatmap(lambda judged: st.tuples(st.integers(0, judged), st.just(judged)))


@given(counts)
def test_the_bounds_are_scipys(seen: tuple[int, int]) -> None:
    known = binomtest(*seen).proportion_ci(0.99, "wilson")

    assert wilson(*seen, z=2.5758293035489004) == pytest.approx((known.low, known.high))


@given(counts)
def test_the_share_is_within_its_bounds(seen: tuple[int, int]) -> None:
    lower, upper = wilson(*seen)

    assert 0 <= lower <= seen[0] / seen[1] <= upper <= 1
    assert lower < upper


def test_nothing_seen_tells_nothing() -> None:
    assert wilson(0, 0) == (0, 1)
    assert wilson(0, 9)[0] == 0
    assert wilson(9, 9)[1] == 1


@pytest.mark.parametrize("seen", [(2, 1), (-1, 3)])
def test_what_is_no_share_is_refused(seen: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(*seen)


def test_an_accuracy_begins_as_most_are_and_comes_to_what_was_seen() -> None:
    assert expected_accuracy(0, 0) == 0.75
    assert expected_accuracy(0, 8) == 0.375
    assert math.isclose(expected_accuracy(9_000, 10_000), 0.9, abs_tol=0.001)
