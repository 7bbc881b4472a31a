"""Gold: how much of it, and what an answer to it comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.gold import gold_share, judge_gold
from quality.grade import Fault
from quality.policy import Policy
from tests.quality.drawing import a_box, answers


def test_a_right_answer_has_nothing_against_it() -> None:
    gold = answers("box", [a_box(0, 0, 10, 10)]) + answers("choice", ["cat"])
    given_ = answers("box", [a_box(0, 0, 10, 9)]) + answers("choice", ["cat"])

    grade = judge_gold(given_, gold)

    assert (grade.right, grade.problems) == (True, ())


def test_a_wrong_answer_is_told_in_what_it_conflicts() -> None:
    gold = answers("box", [a_box(0, 0, 10, 10), a_box(30, 30, 10, 10)])

    grade = judge_gold(answers("box", [a_box(0, 0, 10, 10, "mug")]), gold)

    assert not grade.right
    assert [problem.fault for problem in grade.problems] == [Fault.WRONG_LABEL, Fault.MISSING]


def test_one_slip_among_many_is_right_and_nothing_is_held_against_it() -> None:
    known = [a_box(20 * n, 0, 10, 10) for n in range(10)]

    assert judge_gold(answers("box", known[:9]), answers("box", known)).problems == ()
    assert not judge_gold(answers("box", known[:9]), answers("box", known), Policy(right=0.95)).right


def test_a_field_that_is_wrong_is_not_made_good_by_the_others() -> None:
    gold = answers("choice", ["cat"]) + answers("rating", 3) + answers("text", "five")

    assert not judge_gold(answers("choice", ["mug"]) + answers("rating", 3) + answers("text", "five"), gold).right


def test_fields_that_gold_leaves_out_are_not_judged() -> None:
    assert judge_gold(answers("choice", ["cat"]) + answers("text", "whatever"), answers("choice", ["cat"])).right


def test_newcomers_get_most_gold_and_a_long_good_record_the_least() -> None:
    assert gold_share(0, 0) == 0.30
    assert gold_share(10, 10) > 0.2
    assert gold_share(500, 500) == pytest.approx(0.05)
    assert gold_share(250, 500) == 0.30


@given(st.integers(0, 300).flatmap(lambda judged: st.tuples(st.integers(0, judged), st.just(judged))))
def test_gold_stays_within_its_bounds_and_falls_with_what_is_right(seen: tuple[int, int]) -> None:
    right, judged = seen

    assert 0.05 <= gold_share(right, judged) <= 0.30
    assert gold_share(right + 1, judged + 1) <= gold_share(right, judged + 1)
