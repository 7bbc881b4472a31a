"""Forms: what a partner asks, field by field, in any mix of kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.errors import InvalidInput
from models.fields.base import FormField
from models.fields.labels import parse_key, parse_label
from models.fields.plaintext import fault_in
from models.fields.problems import Problems
from models.fields.registry import kind_of, kinds

# Tasks take seconds; twenty questions already take minutes.
MAX_FIELDS = 20
MAX_LABEL = 200
MAX_HELP = 2_000


def parse_form(fields: Any, path: Sequence[str] = ("input", "form")) -> list[dict[str, Any]]:
    """
    The stored form of a partner's input: 1 to 20 of {"key", "label", "help", "required", "kind": {"<kind>": {...}}}.

    Raises Refused with everything that is wrong, at most 20, each with its path.
    """
    problems = Problems(*path)
    if not isinstance(fields, list) or not 1 <= len(fields) <= MAX_FIELDS:
        problems.add(f"A form has 1 to {MAX_FIELDS} fields.")
        problems.refuse_any()
    taken: set[str] = set()
    stored = [_parse_field(raw, taken, problems.under(str(number))) for number, raw in enumerate(fields)]
    problems.refuse_any()
    return stored


def load_form(form: Sequence[Mapping[str, Any]]) -> list[FormField]:
    """A form from storage."""
    return [kind_of(field).load_field(field) for field in form]


def floor_micros_per_thousand(form: Sequence[Mapping[str, Any]]) -> int:
    """The least price of a form, in micro-dollars per 1,000 annotations: the sum of its fields' floors."""
    return sum(kind_of(field).floor_micros_per_thousand for field in form)


def check_content(form: Sequence[Mapping[str, Any]], content: Sequence[Mapping[str, Any]], path: Sequence[str] = ("content",)) -> None:
    """Raises InvalidInput for an item whose content lacks what a field of the form is about."""
    for field in form:
        if fault := kind_of(field).fault_in_content(content):
            raise InvalidInput(f"{fault} The field “{field['label']}” needs one.", *path)


def _parse_field(raw: Any, taken: set[str], problems: Problems) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        problems.add("This must be a field.")
        return {}
    chosen = raw.get("kind")
    if not isinstance(chosen, Mapping) or len(chosen) != 1 or not all(isinstance(each, Mapping) for each in chosen.values()):
        problems.add("A field is of exactly one kind.", "kind")
        return {}
    [(name, own)] = chosen.items()
    if name not in kinds():
        problems.add(f"There is no such kind; there are {', '.join(kinds())}.", "kind")
        return {}
    return {
        "key": parse_key(raw.get("key"), taken, problems),
        "label": parse_label(raw.get("label"), MAX_LABEL, problems),
        "help": _parse_help(raw.get("help"), problems),
        "required": _parse_required(raw.get("required"), problems),
        "kind": name,
        **kinds()[name].parse_form(own, problems.under("kind", name)),
    }


def _parse_help(raw: Any, problems: Problems) -> str | None:
    if raw is None:
        return None
    if fault := fault_in(raw, MAX_HELP):
        problems.add(fault, "help")
    return str(raw).strip() or None


def _parse_required(raw: Any, problems: Problems) -> bool:
    if not isinstance(raw, bool | None):
        problems.add("This must be true or false.", "required")
    return True if raw is None else bool(raw)
