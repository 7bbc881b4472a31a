"""Answers as a whole: keys, kinds, what is missing, and their digest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fields import digest, kinds, media_ids, parse_answers
from models.fields.samples import PHOTO, PHOTO_AND_QUERY, QUERY
from tests.models.fields.asking import a_form, answered, good_answers, refused

EVERY_KIND = [name for name in kinds() if name != "media"]


def paths_of(form: list[dict[str, Any]], answers: Any, **options: Any) -> list[tuple[str, ...]]:
    return [error.path for error in refused(form, answers, **options)]


def test_answers_of_every_kind_are_stored_in_the_order_of_the_form() -> None:
    stored = parse_answers(a_form(*EVERY_KIND), PHOTO_AND_QUERY, good_answers()[::-1])

    assert [answer["key"] for answer in stored] == EVERY_KIND
    assert [answer["kind"] for answer in stored] == EVERY_KIND


def test_a_required_field_must_be_answered() -> None:
    assert paths_of(a_form("rating", "text"), answered("text", "fünf")) == [("answers",)]


def test_a_field_that_is_not_required_may_be_left_out() -> None:
    assert parse_answers(a_form("rating", "text", required=False), PHOTO_AND_QUERY, []) == []


def test_a_draft_may_lack_every_answer() -> None:
    assert parse_answers(a_form(*EVERY_KIND), PHOTO_AND_QUERY, [], complete=False) == []


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ([{"key": "mood", "value": {"rating": 3}}], ("answers", "1", "key")),
        ([{"key": ["rating"], "value": {"rating": 3}}], ("answers", "1", "key")),
        ([{"value": {"rating": 3}}], ("answers", "1", "key")),
        (["rating"], ("answers", "1", "key")),
        ([{"key": "text", "value": {"text": "sechs"}}], ("answers", "1", "key")),
        ([{"key": "rating", "value": {"text": "3"}}], ("answers", "1", "value")),
        ([{"key": "rating", "value": {"rating": 3, "text": "3"}}], ("answers", "1", "value")),
        ([{"key": "rating", "value": {}}], ("answers", "1", "value")),
        ([{"key": "rating", "value": 3}], ("answers", "1", "value")),
        ([{"key": "rating"}], ("answers", "1", "value")),
    ],
)
def test_an_unknown_key_a_second_answer_and_another_kind_are_refused_at_their_path(
    answers: Any, path: tuple[str, ...], complete: bool
) -> None:
    form = a_form("text", "rating", required=False)

    assert paths_of(form, answered("text", "fünf") + answers, complete=complete) == [path]


@pytest.mark.parametrize("answers", [None, {}, "text", 5])
def test_answers_that_are_no_list_are_refused(answers: Any) -> None:
    assert paths_of(a_form("text"), answers) == [("answers",)]


def test_a_shape_on_an_item_without_an_image_is_refused() -> None:
    assert paths_of(a_form("box"), good_answers()[:1], content=[QUERY]) == [("answers", "0", "value", "boxes")]


def test_shapes_are_held_against_the_first_image() -> None:
    wide = {**PHOTO, "width": 1000}
    box = [{"label": "cat", "x": 500, "y": 5, "width": 100, "height": 10}]

    assert paths_of(a_form("box"), answered("box", box), content=[QUERY, wide, PHOTO]) == []
    assert paths_of(a_form("box"), answered("box", box), content=[QUERY, PHOTO, wide]) == [("answers", "0", "value", "boxes", "0", "x")]


def test_everything_wrong_is_told_at_once_under_the_path_given() -> None:
    box = {"label": "cat", "x": 10, "y": 10, "width": 20, "height": 20}
    answers = answered("box", [box, {**box, "label": "dog", "y": None}]) + answered("rating", 9)

    paths = paths_of(a_form("box", "rating", "text"), answers, path=("input", "gold"))

    shape = ("input", "gold", "0", "value", "boxes", "1")
    assert paths == [(*shape, "label"), (*shape, "y"), ("input", "gold", "1", "value", "rating"), ("input", "gold")]


def test_no_more_than_twenty_problems_are_told() -> None:
    assert len(paths_of(a_form("box"), answered("box", [{}] * 1000))) == 20


def test_the_uploads_that_answers_name_are_found_each_once() -> None:
    answers = answered("media", ["a", "b", "a"]) + answered("media", ["c", 5]) + answered("text", "d")

    assert media_ids(answers) == ["a", "b", "c"]


@pytest.mark.parametrize("answers", [None, 5, ["a"], [{"value": None}], [{"value": {"media": "a"}}], [{"value": {"media": [["a"]]}}]])
def test_malformed_answers_name_no_uploads(answers: Any) -> None:
    assert media_ids(answers) == []


def test_no_more_uploads_are_looked_up_than_a_form_can_ask_for() -> None:
    assert len(media_ids(answered("media", [str(number) for number in range(1000)]))) == 200


@given(st.permutations(good_answers()))
def test_the_digest_does_not_depend_on_the_order_of_answers_or_keys(answers: list[dict[str, Any]]) -> None:
    form = a_form(*EVERY_KIND)
    stored = parse_answers(form, PHOTO_AND_QUERY, answers)
    shuffled = [dict(reversed(answer.items())) for answer in parse_answers(form[::-1], PHOTO_AND_QUERY, answers)]

    assert digest(stored) == digest(shuffled)


def test_other_answers_have_another_digest() -> None:
    three, four = (parse_answers(a_form("rating"), [], answered("rating", stars)) for stars in (3, 4))

    assert digest(three) != digest(four)
    assert len(digest(three)) == 64


def test_equal_choices_and_spans_have_one_digest_in_whatever_order_they_were_made() -> None:
    spans = [{"label": "cat", "content": 1, "start": start, "end": 10} for start in (1, 3)]

    for form, one, other in [
        (a_form("choice", multiple=True), answered("choice", ["yes", "no"]), answered("choice", ["no", "yes"])),
        (a_form("span"), answered("span", spans), answered("span", spans[::-1])),
    ]:
        assert digest(parse_answers(form, PHOTO_AND_QUERY, one)) == digest(parse_answers(form, PHOTO_AND_QUERY, other))
