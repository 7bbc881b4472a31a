"""How alike two answers are: symmetric, 1 for equals, and right where others know."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.likeness import alike, likeness
from quality.policy import Policy
from tests.quality.drawing import KINDS, a_box, a_field, a_painting, answers

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


def test_a_shape_that_is_missed_costs_as_much_as_one_too_many() -> None:
    one, two = [a_box(0, 0, 10, 10)], [a_box(0, 0, 10, 10), a_box(50, 50, 10, 10)]

    assert likeness(a_field("box"), one, two) == pytest.approx(2 / 3)
    assert likeness(a_field("box"), two, one) == pytest.approx(2 / 3)


def test_shapes_of_other_classes_are_not_alike() -> None:
    assert likeness(a_field("mask"), [a_painting(0, 0, 5, 5)], [a_painting(0, 0, 5, 5, "mug")]) == 0


def test_shapes_that_overlap_less_than_it_takes_to_match_are_not_alike() -> None:
    one, other = [a_box(0, 0, 10, 10)], [a_box(0, 0, 10, 4)]

    assert likeness(a_field("box"), one, other) == 0
    assert likeness(a_field("box"), one, other, Policy(match=0.3)) == pytest.approx(0.4)


def test_a_class_that_is_crowded_does_not_take_the_match_of_another() -> None:
    # The nearest box is of another class; the one of its own matches all the same.
    one, other = [a_box(0, 0, 10, 10)], [a_box(0, 0, 10, 10, "mug"), a_box(0, 0, 10, 8)]

    assert likeness(a_field("box"), one, other) == pytest.approx(2 * 0.8 / 3)


def test_several_choices_share_what_is_in_both() -> None:
    assert likeness(a_field("choice"), ["cat"], ["cat", "mug"]) == 0.5
    assert likeness(a_field("choice"), ["cat"], ["mug"]) == 0


def test_photographs_are_compared_by_how_many_there_are() -> None:
    photo, other, sound = {"kind": "image", "sha256": "a"}, {"kind": "image", "sha256": "b"}, {"kind": "audio", "sha256": "c"}

    assert likeness(a_field("media"), [photo], [other]) == 1
    assert likeness(a_field("media"), [photo], [sound]) == 0
    assert likeness(a_field("media"), [photo, other], [photo]) == pytest.approx(2 / 3)


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


@given(st.text("ab ", max_size=9), st.text("ab ", max_size=9))
def test_texts_are_as_alike_as_the_edits_of_the_textbook_leave_them(one: str, other: str) -> None:
    first, second = " ".join(one.split()), " ".join(other.split())
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        above, row = row, [i]
        for j, b in enumerate(second, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))

    assert likeness(a_field("text"), one, other) == pytest.approx(1 - row[-1] / max(len(first), len(second), 1))


def test_whole_answers_are_as_alike_as_their_fields_on_the_mean() -> None:
    form = [a_field("choice"), a_field("rating")]
    one = answers("choice", ["cat"]) + answers("rating", 5)

    assert alike(form, one, one) == 1
    assert alike(form, one, answers("choice", ["cat"]) + answers("rating", 2)) == 0.75
    assert alike(form, one, answers("choice", ["cat"])) == 0.5
    # What neither answers is wholly alike.
    assert alike(form, answers("choice", ["cat"]), answers("choice", ["cat"])) == 1
