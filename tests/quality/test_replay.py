"""The rehearsal of the judge: the same answers under other thresholds."""

from __future__ import annotations

from typing import Any

from quality.consensus import Given
from quality.policy import Policy
from quality.replay import replay

FORM: list[dict[str, Any]] = [
    {
        "key": "label",
        "kind": "choice",
        "multiple": False,
        "required": True,
        "options": [{"key": "cat"}, {"key": "dog"}],
    }
]
EAGER, STRICT = Policy(least=2, most=5, confidence=0.6), Policy(least=2, most=5, confidence=0.97)


def given(*options: str, accuracy: float = 0.85) -> list[Given]:
    return [
        Given(id=n, answers=[{"key": "label", "kind": "choice", "value": [option]}], accuracy=accuracy, judged=50, approved=True)
        for n, option in enumerate(options)
    ]


def test_where_two_are_enough_the_rest_is_not_asked_for() -> None:
    replayed = replay(FORM, given("cat", "cat", "cat", "dog"), EAGER, {})

    assert (replayed.verdicts, replayed.to_people, replayed.not_asked, replayed.unanswered) == ({0: True, 1: True}, set(), {2, 3}, False)


def test_where_more_certainty_is_wanted_more_answers_are() -> None:
    replayed = replay(FORM, given("cat", "cat", "cat"), STRICT, {})

    assert (replayed.verdicts, replayed.not_asked, replayed.unanswered) == ({0: True, 1: True, 2: True}, set(), False)


def test_an_outlier_is_rejected_once_the_others_are_sure() -> None:
    replayed = replay(FORM, given("cat", "dog", "cat", "cat", "cat"), EAGER, {})

    assert replayed.verdicts == {0: True, 1: False, 2: True, 3: True}
    assert replayed.not_asked == {4}


def test_where_answers_run_out_people_have_what_is_left() -> None:
    replayed = replay(FORM, given("cat", "dog"), EAGER, {0: True, 1: False})

    assert (replayed.verdicts, replayed.to_people, replayed.unanswered) == ({}, {0, 1}, True)


def test_a_look_at_one_answer_decides_the_others() -> None:
    fixed = Policy(least=2, most=2)
    replayed = replay(FORM, given("cat", "dog", accuracy=0.75), fixed, {0: True, 1: False})

    assert replayed.to_people == {0}
    assert replayed.verdicts == {1: False}


def test_a_single_answer_is_for_people() -> None:
    replayed = replay(FORM, given("cat"), Policy(least=1, most=1), {0: True})

    assert (replayed.verdicts, replayed.to_people, replayed.unanswered) == ({}, {0}, False)


def test_verdicts_that_there_are_do_not_matter() -> None:
    decided = given("cat", "dog", "cat", "cat")
    undecided = [Given(id=each.id, answers=each.answers, accuracy=each.accuracy, judged=50) for each in decided]

    assert replay(FORM, decided, EAGER, {}) == replay(FORM, undecided, EAGER, {})
    assert replay(FORM, [], EAGER, {}).verdicts == {}
