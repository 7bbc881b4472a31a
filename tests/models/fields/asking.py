"""Forms and items for the tests of fields."""

from collections.abc import Callable
from typing import Any, TypeVar

from models.errors import Refusal, Refused
from models.fields import kinds, parse_answers, parse_form
from models.fields.samples import PHOTO_AND_QUERY, Sample

T = TypeVar("T")


def a_form(*names: str, **changes: Any) -> list[dict[str, Any]]:
    """A stored form with one field of each of the kinds named, each by its kind's first sample and with its name as key."""
    fields = [{"key": name, "label": name.title(), "kind": {name: kinds()[name].form_samples()[0].raw}} for name in names]
    return [{**field, **changes} for field in parse_form(fields)]


def asked(kind: str, sample: Sample) -> list[dict[str, Any]]:
    """The form that a sample answers."""
    return a_form(kind, **sample.field)


def answered(kind: str, value: Any) -> list[dict[str, Any]]:
    """Raw answers with one to a field of `a_form(kind)`."""
    return [{"key": kind, "value": {kinds()[kind].member: value}}]


def good_answers() -> list[dict[str, Any]]:
    """Raw answers to `a_form` of every kind but media, each by its first sample."""
    return [each for name in kinds() if name != "media" for each in answered(name, kinds()[name].samples()[0].raw)]


def outcome(parse: Callable[[], T]) -> tuple[T | None, list[Refusal]]:
    """What came out, or what it was refused for; anything else that is raised fails the test."""
    try:
        return parse(), []
    except Refused as refusal:
        return None, refusal.errors


def refused(form: list[dict[str, Any]], answers: Any, **options: Any) -> list[Refusal]:
    """What the answers are refused for; none where they are taken."""
    return outcome(lambda: parse_answers(form, options.pop("content", PHOTO_AND_QUERY), answers, **options))[1]
