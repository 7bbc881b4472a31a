"""Stored forms, contents and answers, said as callers of the API say them."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.fields.registry import kinds

HEAD = ("key", "label", "help", "required")


def form_input(form: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What `parse_form` takes."""
    return [{name: field[name] for name in HEAD} | {"kind": {field["kind"]: _own(field)}} for field in form]


def answers_input(answers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What `parse_answers` takes. Media are left as they are: stored they are contents, said they are ids."""
    return [{"key": answer["key"], "value": {kinds()[answer["kind"]].member: answer["value"]}} for answer in answers]


def _own(field: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in field.items() if name not in (*HEAD, "kind")}
