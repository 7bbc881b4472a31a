"""Choice: one of several options, or some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.fields.base import FieldKind, FormField, Submission, head
from models.fields.labels import MAX_KEY, LabelClass, LabelClassInput, load_classes, parse_classes
from models.fields.plaintext import UNSTORABLE, fault_in
from models.fields.problems import Problems
from models.fields.samples import FormSample, Sample

MIN_OPTIONS = 2
# A list to search in; what has more is a taxonomy, and asked in several fields.
MAX_OPTIONS = 200


@dataclass(frozen=True, kw_only=True)
class ChoiceField(FormField):
    """One of several options, or some of them where `multiple` is set."""

    options: list[LabelClass]
    multiple: bool


@dataclass(frozen=True, kw_only=True)
class ChoiceAnswer:
    """The keys of the options that were chosen."""

    choices: list[str]


@dataclass(frozen=True, kw_only=True)
class ChoiceFieldInput:
    """2 to 200 options."""

    options: list[LabelClassInput]
    multiple: bool | None = False


class Choice(FieldKind[ChoiceField, ChoiceAnswer]):
    name = "choice"
    member = "choices"
    floor_micros_per_thousand = 2_000_000
    field = ChoiceField
    answer = ChoiceAnswer
    field_input = ChoiceFieldInput
    answer_input = list[str]

    def parse_form(self, raw: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
        options = parse_classes(raw.get("options"), problems.under("options"), least=MIN_OPTIONS, most=MAX_OPTIONS)
        multiple = raw.get("multiple")
        if not isinstance(multiple, bool | None):
            problems.add("This must be true or false.", "multiple")
        return {"options": options, "multiple": bool(multiple)}

    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> list[str]:
        """The chosen keys, in the order of the options, so that equal choices are equal."""
        if not isinstance(raw, list) or len(raw) > MAX_OPTIONS:
            problems.add("This must be a list of options.")
            return []
        order = {option["key"]: place for place, option in enumerate(field["options"])}
        chosen: set[str] = set()
        for number, key in enumerate(raw):
            if not isinstance(key, str) or fault_in(key, MAX_KEY, unstorable=UNSTORABLE):
                problems.add("This must be the key of an option.", str(number))
            elif submission.complete and key not in order:
                problems.add(f"There is no option “{key}”.", str(number))
            elif key in chosen:
                problems.add(f"The option “{key}” is chosen twice.", str(number))
            else:
                chosen.add(key)
        if submission.complete and not field["multiple"] and len(raw) > 1:
            problems.add("Choose one option only.")
        return sorted(chosen, key=lambda key: (order.get(key, MAX_OPTIONS), key))

    def load_field(self, stored: Mapping[str, Any]) -> ChoiceField:
        return ChoiceField(**head(stored), options=load_classes(stored["options"]), multiple=stored["multiple"])

    def load_answer(self, value: Any) -> ChoiceAnswer:
        return ChoiceAnswer(choices=value)

    def form_samples(self) -> list[FormSample]:
        named: list[dict[str, Any]] = [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No", "color": None}]
        stored = [{"key": "yes", "label": "Yes", "color": "#56b4e9"}, {"key": "no", "label": "No", "color": "#e69f00"}]
        return [
            FormSample("one of two", {"options": named, "multiple": False}, stored={"options": stored, "multiple": False}),
            FormSample("multiple left null", {"options": named, "multiple": None}, stored={"options": stored, "multiple": False}),
            FormSample("one option only", {"options": named[:1]}, refused_at=("options",)),
            FormSample("201 options", {"options": [{"key": f"o{i}", "label": "An option"} for i in range(201)]}, refused_at=("options",)),
            FormSample("an option twice", {"options": [named[0], named[0]]}, refused_at=("options", "1", "key")),
            FormSample("multiple as a text", {"options": named, "multiple": "yes"}, refused_at=("multiple",)),
        ]

    def samples(self) -> list[Sample]:
        return [
            Sample("one option", ["yes"], stored=["yes"]),
            Sample("several, in the form's order", ["no", "yes"], stored=["yes", "no"], field={"multiple": True}),
            Sample("several where one is asked", ["no", "yes"], refused_at=(), draft=True),
            Sample("an option that is not there", ["perhaps"], refused_at=("0",), draft=True),
            Sample("an option twice", ["yes", "yes"], refused_at=("1",), field={"multiple": True}),
            Sample("a number", [5], refused_at=("0",)),
            Sample("a key with NUL", ["yes\x00"], refused_at=("0",)),
            Sample("no list", "yes", refused_at=()),
            Sample("201 keys", ["yes"] * 201, refused_at=()),
            Sample("nothing chosen", [], refused_at=(), draft=True),
            Sample("nothing chosen where nothing need be", [], stored=[], field={"required": False}),
        ]


KIND = Choice()
