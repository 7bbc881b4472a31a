"""Grading against a known answer, and what a beginner is told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.feedback import feedback
from quality.grade import Fault, grade, held_against
from quality.policy import Policy
from tests.quality.drawing import KINDS, a_box, a_field, a_painting, a_rectangle, answers

DRAWN = {"box": a_box, "polygon": a_rectangle, "mask": a_painting}
# The middle of a painting of 80 x 60 pixels.
SIZE = (80, 60)


def told(kind: str, expected: Any, given_: Any, **options: Any) -> str:
    problems = grade(answers(kind, expected), answers(kind, given_), **options).problems
    return feedback(problems, [a_field(kind)], SIZE)


def faults(kind: str, expected: Any, given_: Any, **options: Any) -> list[Fault]:
    return [problem.fault for problem in grade(answers(kind, expected), answers(kind, given_), **options).problems]


@given(st.sampled_from(list(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind])))
def test_the_known_answer_is_right(answer: tuple[str, Any]) -> None:
    result = grade(answers(*answer), answers(*answer), iou=1.0)

    assert result.correct
    assert result.problems == ()


@given(st.sampled_from(list(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind], KINDS[kind])))
def test_whatever_is_wrong_is_told_in_words(two: tuple[str, Any, Any]) -> None:
    kind, known, given_ = two
    result = grade(answers(kind, known), answers(kind, given_))

    said = feedback(result.problems, [a_field(kind)], SIZE)

    assert result.correct == (said == "Well done, that is right.")
    assert said.endswith((".", "”"))


@pytest.mark.parametrize("kind", DRAWN)
def test_a_shape_near_enough_is_right(kind: str) -> None:
    draw = DRAWN[kind]

    assert faults(kind, [draw(10, 10, 20, 20)], [draw(11, 10, 20, 20)]) == []


@pytest.mark.parametrize("kind", DRAWN)
def test_shapes_are_held_against_those_they_fit_best_in_whatever_order(kind: str) -> None:
    draw = DRAWN[kind]
    known = [draw(0, 0, 10, 10), draw(5, 0, 10, 10), draw(30, 30, 10, 10)]

    assert faults(kind, known, known[::-1]) == []


@pytest.mark.parametrize("kind", DRAWN)
def test_a_missed_shape_is_told_with_its_place(kind: str) -> None:
    draw = DRAWN[kind]

    assert faults(kind, [draw(1, 1, 10, 10)], []) == [Fault.MISSING]
    assert told(kind, [draw(1, 1, 10, 10)], []) == "You missed one cat, near the top left."
    assert told(kind, [draw(30, 20, 20, 20, "mug")], []) == "You missed one name badge, in the middle."
    assert told(kind, [draw(65, 25, 10, 10)], []) == "You missed one cat, near the right."
    assert told(kind, [draw(35, 48, 10, 10)], []) == "You missed one cat, near the bottom."


def test_without_the_images_size_no_place_is_told() -> None:
    problems = grade(answers("box", [a_box(1, 1, 10, 10)]), []).problems

    assert feedback(problems, [a_field("box")]) == "You missed one cat."


@pytest.mark.parametrize("kind", DRAWN)
def test_a_shape_around_nothing_is_told(kind: str) -> None:
    draw = DRAWN[kind]

    assert faults(kind, [], [draw(65, 45, 10, 10)]) == [Fault.EXTRA]
    assert told(kind, [], [draw(65, 45, 10, 10)]) == "There is no cat where you marked one, near the bottom right: take it away."


@pytest.mark.parametrize("kind", DRAWN)
def test_a_thing_that_was_marked_twice_is_told(kind: str) -> None:
    draw = DRAWN[kind]
    known = draw(1, 1, 20, 10)

    assert faults(kind, [known], [draw(1, 1, 19, 10), known]) == [Fault.TWICE]
    assert told(kind, [known], [known, known]) == "You marked the same cat twice, near the top left: take one away."


@pytest.mark.parametrize("kind", DRAWN)
def test_a_wrong_label_is_told_as_such(kind: str) -> None:
    draw = DRAWN[kind]

    said = told(kind, [draw(1, 1, 10, 10, "mug")], [draw(1, 1, 10, 10)])

    assert said == "What you called “Cat”, near the top left, is “Name badge”: change its label."


@pytest.mark.parametrize("kind", DRAWN)
def test_another_thing_nearby_is_missing_and_too_many_rather_than_badly_drawn(kind: str) -> None:
    draw = DRAWN[kind]

    assert faults(kind, [draw(0, 0, 10, 10)], [draw(9, 9, 10, 10)]) == [Fault.MISSING, Fault.EXTRA]
    assert faults(kind, [draw(0, 0, 10, 10)], [draw(5, 0, 10, 10, "mug")]) == [Fault.MISSING, Fault.EXTRA]


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        (a_box(10, 10, 50, 30), "is too loose at its right edge: overlap 60 %, it takes 75 %"),
        (a_box(20, 10, 20, 30), "cuts something off at its left edge: overlap 66 %, it takes 75 %"),
        (a_box(10, 0, 30, 50), "is too loose at its top edge: overlap 60 %, it takes 75 %"),
        (a_box(10, 10, 30, 20), "cuts something off at its bottom edge: overlap 66 %, it takes 75 %"),
    ],
)
def test_a_box_that_does_not_fit_is_told_by_its_worst_edge(given_: dict[str, Any], words: str) -> None:
    assert told("box", [a_box(10, 10, 30, 30)], [given_]) == f"Your box around the cat {words}."


def test_an_overlap_just_short_is_not_told_as_what_it_takes() -> None:
    assert told("box", [a_box(0, 0, 1000, 1)], [a_box(0, 0, 749, 1)]).endswith("overlap 74 %, it takes 75 %.")
    assert told("box", [a_box(0, 0, 1000, 1)], [a_box(0, 0, 699, 1)], iou=0.7).endswith("overlap 69 %, it takes 70 %.")


def test_an_outline_that_does_not_fit_is_told_by_what_is_wrong_with_its_area() -> None:
    small, large = a_rectangle(10, 10, 20, 20), a_rectangle(10, 10, 40, 20)

    assert told("polygon", [small], [large]).startswith("Your outline of the cat goes too far over its edge: overlap 50 %, it takes 75 %.")
    assert told("polygon", [large], [small]).startswith("Your outline of the cat leaves too much of it out: overlap")


def test_a_painting_that_does_not_fit_is_told_by_what_is_wrong_with_its_area() -> None:
    small, large = a_painting(10, 10, 20, 20), a_painting(10, 10, 40, 20)

    assert told("mask", [small], [large]) == "Your painting of the cat goes too far over its edge: overlap 50 %, it takes 75 %."
    assert told("mask", [large], [small]) == "Your painting of the cat leaves too much of it out: overlap 50 %, it takes 75 %."


def test_a_wrong_choice_is_told_option_by_option() -> None:
    assert told("choice", ["cat"], ["mug"]) == "“Name badge” does not fit. “Cat” fits."
    assert told("choice", ["cat", "mug"], ["mug"]) == "“Cat” fits."
    assert told("choice", ["cat"], []) == "“Cat” fits."


def test_a_rating_must_be_the_one_expected() -> None:
    assert told("rating", 4, 5) == "You gave 5; 4 fits."


def test_a_text_may_have_a_slip() -> None:
    assert faults("text", "It is five o'clock", "It is five oclock") == []
    assert told("text", "It is five o'clock", "It is late") == "Your text is not close enough; it should be: “It is five o'clock”"


def test_marked_text_must_be_alike() -> None:
    ten, six, long = ({"label": "cat", "content": 0, "start": 0, "end": end} for end in (10, 6, 20))

    assert faults("span", [ten], [six]) == []
    assert told("span", [ten], [six], iou=0.9) == "Your marking of the cat leaves too much of it out: overlap 75 %, it takes 90 %."
    assert told("span", [ten], [long]) == "Your marking of the cat goes too far over its edge: overlap 66 %, it takes 75 %."
    assert told("span", [ten], []) == "You missed one cat."
    assert faults("span", [ten], [{**ten, "content": 1}]) == [Fault.MISSING, Fault.EXTRA]
    assert faults("span", [ten], [{**ten, "label": "mug"}]) == [Fault.WRONG_LABEL]


def test_another_kind_must_be_equal() -> None:
    assert told("media", [{"kind": "image"}], []) == "This is not the answer that was expected."


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("choice", ["cat"], "“Cat” fits."),
        ("box", [a_box(1, 1, 5, 5)], "You missed one cat, near the top left."),
        ("rating", 4, "This is not answered yet."),
        ("text", "five", "This is not answered yet."),
    ],
)
def test_a_field_without_an_answer_is_told(kind: str, value: Any, words: str) -> None:
    assert feedback(grade(answers(kind, value), []).problems, [a_field(kind)], SIZE) == words


def test_fields_of_which_nothing_is_expected_are_not_graded() -> None:
    assert grade(answers("rating", 4), answers("rating", 4) + answers("text", "whatever")).correct


def test_with_several_fields_each_problem_names_its_own() -> None:
    problems = grade(answers("rating", 4) + answers("text", "five"), answers("rating", 4)).problems

    assert feedback(problems, [a_field("rating"), a_field("text")]) == "Text: This is not answered yet."


def test_no_more_is_told_than_one_can_mend_at_once() -> None:
    known = [a_box(x, 1, 5, 5) for x in (0, 10, 20, 30, 40, 50)]

    five, six = told("box", known[:5], []), told("box", known, [])

    assert five.count("You missed") == six.count("You missed") == 4
    assert five.endswith(" There is 1 more to mend.")
    assert six.endswith(" There are 2 more to mend.")


def test_a_class_that_is_written_in_capitals_stays_so() -> None:
    form = [{**a_field("box"), "classes": [{"key": "cat", "label": "TV"}]}]

    assert feedback(grade(answers("box", [a_box(1, 1, 5, 5)]), []).problems, form) == "You missed one TV."


@pytest.mark.parametrize(
    ("kind", "known", "given_", "share"),
    [
        ("box", [a_box(0, 0, 9, 9), a_box(20, 0, 9, 9)], [a_box(0, 0, 9, 9)], 2 / 3),
        ("box", [a_box(0, 0, 9, 9)], [a_box(0, 0, 9, 9, "mug")], 0.0),
        ("box", [], [a_box(0, 0, 9, 9)], 0.0),
        ("box", [], [], 1.0),
        ("choice", ["cat", "mug"], ["cat"], 0.5),
        ("choice", ["cat"], ["mug"], 0.0),
        ("rating", 3, 4, 1.0),
        ("rating", 3, 5, 0.0),
        ("text", "five o'clock", "late", 0.0),
        ("text", "five o'clock", "five oclock", 1.0),
    ],
)
def test_how_much_is_right_is_told(kind: str, known: Any, given_: Any, share: float) -> None:
    assert held_against(answers(kind, known), answers(kind, given_), Policy()).share == pytest.approx(share)


def test_the_field_that_has_least_right_is_what_an_answer_is_worth() -> None:
    known = answers("rating", 3) + answers("choice", ["cat", "mug"]) + answers("text", "five")

    assert held_against(known, answers("rating", 3) + answers("choice", ["cat"]) + answers("text", "five"), Policy()).share == 0.5


def test_a_project_may_want_more_or_less_than_a_lesson() -> None:
    known, given_ = answers("box", [a_box(0, 0, 10, 10)]), answers("box", [a_box(0, 0, 10, 7)])

    assert held_against(known, given_, Policy(overlap=0.7)).correct
    assert [problem.fault for problem in held_against(known, given_, Policy(overlap=0.8)).problems] == [Fault.LOW_OVERLAP]
    assert [problem.fault for problem in held_against(known, given_, Policy(match=0.71, overlap=0.9)).problems] == [
        Fault.MISSING,
        Fault.EXTRA,
    ]
