"""Rating: a whole number on a scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.fields.base import FieldKind, FormField, Submission, head, is_whole
from models.fields.problems import Problems
from models.fields.samples import FormSample, Sample

# Finer than per cent nobody can rate.
WIDEST_SCALE = 100


@dataclass(frozen=True, kw_only=True)
class RatingField(FormField):
    """A whole number from `min` to `max`, both included."""

    min: int
    max: int


@dataclass(frozen=True, kw_only=True)
class RatingAnswer:
    """The number on the scale."""

    rating: int


@dataclass(frozen=True, kw_only=True)
class RatingFieldInput:
    """`max` is 1 to 100 above `min`."""

    min: int
    max: int


class Rating(FieldKind[RatingField, RatingAnswer]):
    name = "rating"
    member = "rating"
    floor_micros_per_thousand = 2_000_000
    field = RatingField
    answer = RatingAnswer
    field_input = RatingFieldInput
    answer_input = int

    def parse_form(self, raw: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
        scale = {end: raw.get(end) for end in ("min", "max")}
        unknown = [end for end, value in scale.items() if not is_whole(value)]
        for end in unknown:
            problems.add("This must be a whole number.", end)
        if not unknown and not 1 <= raw["max"] - raw["min"] <= WIDEST_SCALE:
            problems.add(f"The greatest rating is 1 to {WIDEST_SCALE} above the least.", "max")
        return scale

    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> int:
        if not is_whole(raw):
            problems.add("This must be a whole number.")
            return 0
        if submission.complete and not field["min"] <= raw <= field["max"]:
            problems.add(f"The rating goes from {field['min']} to {field['max']}.")
        return int(raw)

    def is_blank(self, value: Any) -> bool:
        return False

    def load_field(self, stored: Mapping[str, Any]) -> RatingField:
        return RatingField(**head(stored), min=stored["min"], max=stored["max"])

    def load_answer(self, value: Any) -> RatingAnswer:
        return RatingAnswer(rating=value)

    def form_samples(self) -> list[FormSample]:
        return [
            FormSample("a scale around zero", {"min": -1, "max": 5}, stored={"min": -1, "max": 5}),
            FormSample("the widest scale", {"min": 0, "max": 100}, stored={"min": 0, "max": 100}),
            FormSample("a scale of one number", {"min": 1, "max": 1}, refused_at=("max",)),
            FormSample("a scale upside down", {"min": 5, "max": 1}, refused_at=("max",)),
            FormSample("too wide a scale", {"min": 0, "max": 101}, refused_at=("max",)),
            FormSample("no greatest rating", {"min": 0}, refused_at=("max",)),
            FormSample("a text", {"min": "0", "max": 5}, refused_at=("min",)),
        ]

    def samples(self) -> list[Sample]:
        return [
            Sample("in the middle", 3, stored=3),
            Sample("zero is an answer", 0, stored=0),
            Sample("the least", -1, stored=-1),
            Sample("the greatest", 5, stored=5),
            Sample("below the least", -2, refused_at=(), draft=True),
            Sample("above the greatest", 6, refused_at=(), draft=True),
            Sample("a fraction", 3.5, refused_at=()),
            Sample("a whole float", 3.0, refused_at=()),
            Sample("a truth value", True, refused_at=()),
            Sample("a text", "3", refused_at=()),
            Sample("beyond 32 bits", 2**31, refused_at=()),
        ]


KIND = Rating()
