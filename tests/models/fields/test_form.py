"""Forms: keys, labels, the mix of kinds, the floor of the price, and what an item must have."""

from typing import Any

import pytest

from models.errors import InvalidInput, Refused
from models.fields import check_content, floor_micros_per_thousand, kinds, parse_form
from models.fields.samples import PHOTO, QUERY
from tests.models.fields.asking import a_form

FIELD: dict[str, Any] = {"key": "stars", "label": "Stars", "kind": {"rating": {"min": 1, "max": 5}}}


def paths_of(fields: Any) -> list[tuple[str, ...]]:
    with pytest.raises(Refused) as refusal:
        parse_form(fields)
    return [error.path[2:] for error in refusal.value.errors]


def test_a_field_is_required_unless_it_says_otherwise() -> None:
    extras: list[dict[str, Any]] = [{}, {"required": None}, {"required": False}]
    said = [{**FIELD, "key": f"f{number}", **extra} for number, extra in enumerate(extras)]

    assert [field["required"] for field in parse_form(said)] == [True, True, False]


def test_blank_help_is_no_help() -> None:
    said = [{**FIELD, "key": f"f{number}", "help": help_} for number, help_ in enumerate([None, " ", "Count them. "])]

    assert [field["help"] for field in parse_form(said)] == [None, None, "Count them."]


@pytest.mark.parametrize("fields", [None, [], {}, "form", [FIELD] * 21])
def test_a_form_has_one_to_twenty_fields(fields: Any) -> None:
    assert paths_of(fields) == [()]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"key": "Stars"}, ("0", "key")),
        ({"key": "1st"}, ("0", "key")),
        ({"key": "s" * 41}, ("0", "key")),
        ({"key": ""}, ("0", "key")),
        ({"key": None}, ("0", "key")),
        ({"label": ""}, ("0", "label")),
        ({"label": "s" * 201}, ("0", "label")),
        ({"label": "stars\x00"}, ("0", "label")),
        ({"help": "s" * 2001}, ("0", "help")),
        ({"help": 5}, ("0", "help")),
        ({"required": "yes"}, ("0", "required")),
        ({"kind": None}, ("0", "kind")),
        ({"kind": {}}, ("0", "kind")),
        ({"kind": {"rating": {"min": 1, "max": 5}, "text": {}}}, ("0", "kind")),
        ({"kind": {"rating": None}}, ("0", "kind")),
        ({"kind": {"dance": {}}}, ("0", "kind")),
    ],
)
def test_what_is_wrong_with_a_field_is_told_at_its_path(change: dict[str, Any], path: tuple[str, ...]) -> None:
    assert paths_of([{**FIELD, **change}]) == [path]


def test_two_fields_cannot_share_a_key() -> None:
    assert paths_of([FIELD, FIELD]) == [("1", "key")]


def test_a_field_that_is_no_object_is_refused() -> None:
    assert paths_of([FIELD, "stars"]) == [("1",)]


def test_everything_wrong_is_told_at_once_and_no_more_than_twenty_things() -> None:
    assert paths_of([{**FIELD, "key": "A", "label": ""}, {**FIELD, "kind": {}}]) == [("0", "key"), ("0", "label"), ("1", "kind")]
    assert len(paths_of([{**FIELD, "key": "A", "label": "", "help": 5}] * 20)) == 20


def test_the_floor_is_the_sum_of_the_fields_floors() -> None:
    floors = {name: floor_micros_per_thousand(a_form(name)) for name in kinds()}

    assert floors == {
        "choice": 2_000_000,
        "rating": 2_000_000,
        "text": 4_000_000,
        "span": 4_000_000,
        "box": 6_000_000,
        "media": 10_000_000,
        "polygon": 12_000_000,
        "mask": 12_000_000,
    }
    assert floor_micros_per_thousand(a_form(*kinds())) == 52_000_000


@pytest.mark.parametrize("name", ["box", "polygon", "mask"])
def test_an_item_without_an_image_cannot_be_drawn_on(name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_content(a_form("text", name), [QUERY], ("items", "3", "content"))

    assert refusal.value.path == ("items", "3", "content")


def test_an_item_without_text_cannot_be_marked() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_content(a_form("span"), [PHOTO])

    assert refusal.value.path == ("content",)


def test_an_item_with_what_its_form_needs_is_taken() -> None:
    check_content(a_form(*kinds()), [PHOTO, QUERY])
    check_content(a_form("choice", "text", "rating", "media"), [])
