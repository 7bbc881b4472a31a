"""Answers: what an annotator says about an item, held against the form that asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.fields.base import Submission
from models.fields.problems import Problems
from models.fields.registry import kind_of, kinds

# How many ids of uploads are looked up for one submission: every field of the largest form, full.
MAX_UPLOADS = 200


def parse_answers(
    form: Sequence[Mapping[str, Any]],
    content: Sequence[Mapping[str, Any]],
    answers: Any,
    *,
    uploads: Mapping[str, Mapping[str, Any]] | None = None,
    complete: bool = True,
    path: Sequence[str] = ("answers",),
) -> list[dict[str, Any]]:
    """
    The stored answers of an annotator's input, a list of {"key", "value": {"<member>": ...}}, in the order of the form.

    `form` and `content` as stored; `uploads` the content blocks of the caller's uploads by their public ids. A draft
    (`complete` False) may be half done: it is only refused for what could never be stored or shown. Equal answers come out equal.
    Raises Refused with everything that is wrong, at most 20, each with its path.
    """
    problems = Problems(*path)
    submission = Submission(content, uploads or {}, complete)
    parsed = _parse_each({field["key"]: field for field in form}, answers, submission, problems)
    if complete and isinstance(answers, list):
        given = {raw.get("key") for raw in answers if isinstance(raw, Mapping) and isinstance(raw.get("key"), str)}
        for field in form:
            if field["required"] and field["key"] not in given:
                problems.add(f"“{field['label']}” needs an answer.")
    problems.refuse_any()
    return [parsed[field["key"]] for field in form if field["key"] in parsed]


def _parse_each(
    fields: Mapping[str, Mapping[str, Any]], answers: Any, submission: Submission, problems: Problems
) -> dict[str, dict[str, Any]]:
    parsed: dict[str, dict[str, Any]] = {}
    if not isinstance(answers, list):
        problems.add("This must be a list of answers.")
        return parsed
    for number, raw in enumerate(answers):
        at = problems.under(str(number))
        key = raw.get("key") if isinstance(raw, Mapping) else None
        if not isinstance(key, str) or key not in fields:
            at.add("The form has no such field.", "key")
        elif key in parsed:
            at.add("This field is answered twice.", "key")
        else:
            parsed[key] = {"key": key, "kind": fields[key]["kind"], "value": _parse_value(fields[key], raw.get("value"), submission, at)}
    return parsed


def _parse_value(field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> Any:
    kind = kind_of(field)
    if not isinstance(raw, Mapping) or list(raw) != [kind.member]:
        problems.add(f"“{field['label']}” is answered with {kind.member}.", "value")
        return None
    if submission.complete and (fault := kind.fault_in_content(submission.content)):
        problems.add(fault, "value", kind.member)
        return None
    before = len(problems.found)
    at = problems.under("value", kind.member)
    value = kind.parse_answer(field, raw[kind.member], submission, at)
    if submission.complete and field["required"] and len(problems.found) == before and kind.is_blank(value):
        at.add(f"“{field['label']}” needs an answer.")
    return value


def load_answer(answer: Mapping[str, Any]) -> Any:
    """The answer dataclass of a stored answer, such as a BoxAnswer."""
    return kind_of(answer).load_answer(answer["value"])


def media_ids(answers: Any) -> list[str]:
    """The public ids of uploads that raw answers name, each once: what to look up among the caller's before parsing."""
    members = [kind.member for kind in kinds().values() if kind.names_uploads]
    found: dict[str, None] = {}
    for raw in answers if isinstance(answers, list) else []:
        value = raw.get("value") if isinstance(raw, Mapping) else None
        for named in [value.get(member) for member in members] if isinstance(value, Mapping) else []:
            found |= dict.fromkeys(each for each in (named if isinstance(named, list) else []) if isinstance(each, str))
    return list(found)[:MAX_UPLOADS]


def media_in(answers: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The content blocks of photographs and recordings that stored answers hold."""
    for answer in answers:
        if kind_of(answer).names_uploads:
            yield from answer["value"]


def digest(answers: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256, in hex, of stored answers; the same for equal answers in whatever order of fields and of object keys."""
    ordered = sorted(answers, key=lambda answer: str(answer["key"]))
    canonical = json.dumps(ordered, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
