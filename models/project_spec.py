"""What a partner writes of a project, and how it is held against the rules before it becomes a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from models.content import parse_content
from models.errors import InvalidInput, Refusal, Refused
from models.fields import floor_micros_per_thousand, parse_answers, parse_form
from models.ledger import MICROS
from models.text import one_line, prose
from models.user import MOST_LANGUAGES, Device, checked_country, checked_languages
from quality.policy import STANDARD, Policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.upload import Upload

T = TypeVar("T")

TITLE_LENGTH = 120
INSTRUCTIONS_LENGTH = 20_000
COMMENT_LENGTH = 1_000
MOST_EXAMPLES = 20
MOST_OVERLAP = 20
LEASE_SECONDS = range(5, 24 * 3600 + 1)
# Thresholds of the judge (quality/policy.py) that a partner may set: shares, and by how many points of its scale a rating may differ.
THRESHOLDS = ("match", "overlap", "text", "right", "outlier", "confidence")
POINTS = range(11)
# $10,000 per 1,000: more than that for one answer is a typing error.
MOST_PER_THOUSAND = 10_000 * MICROS
# There are fewer in the world.
MOST_COUNTRIES = 300
# Nobody takes more tests for one job.
MOST_QUALIFICATIONS = 5


class TaskKind(StrEnum):
    CLASSIFICATION = "CLASSIFICATION"
    DETECTION = "DETECTION"
    SEGMENTATION = "SEGMENTATION"
    TEXT_REVIEW = "TEXT_REVIEW"
    SEARCH_RELEVANCE = "SEARCH_RELEVANCE"
    CATEGORIZATION = "CATEGORIZATION"
    TRANSCRIPTION = "TRANSCRIPTION"
    SURVEY = "SURVEY"
    CUSTOM = "CUSTOM"


@dataclass(frozen=True)
class ProjectSpec:
    """What a partner writes, before it is checked: plain values as the API brings them."""

    title: str
    kind: TaskKind
    instructions: str
    form: Sequence[Mapping[str, Any]]
    price_micros_per_thousand: int
    overlap: int = 1
    lease_seconds: int = 300
    # With dynamic overlap: how many answers an item gets at most, where the first ones disagree.
    most_overlap: int | None = None
    # Thresholds of the judge by name; those left out are the standard ones.
    judging: Mapping[str, Any] = field(default_factory=dict)
    countries: Sequence[str] = ()
    languages: Sequence[str] = ()
    devices: Sequence[str] = ()
    min_accuracy: float | None = None
    # Tests of the same organization, by row.
    qualification_ids: Sequence[int] = ()
    examples: Sequence[Mapping[str, Any]] = ()
    # The caller's uploads by public id, and what the project shows already by hash, as the examples name them.
    uploads: Mapping[str, Upload] = field(default_factory=dict)


def checked(spec: ProjectSpec) -> dict[str, Any]:
    """The columns of a spec. Raises all that is wrong with it at once."""
    errors: list[Refusal] = []
    columns: dict[str, Any] = {"kind": spec.kind.value, "form": [], "examples": []}

    def check(name: str, value: Any) -> None:
        try:
            columns[name] = value()
        except Refused as refused:
            errors.extend(refused.errors)
        except Refusal as refusal:
            errors.append(refusal)

    check("title", lambda: one_line(spec.title, TITLE_LENGTH, "The title", "input", "title"))
    check("instructions", lambda: prose(spec.instructions, INSTRUCTIONS_LENGTH, "The text of the instructions", "input", "instructions"))
    check("form", lambda: parse_form(spec.form, ("input", "form")))
    check("overlap", lambda: _within(spec.overlap, range(1, MOST_OVERLAP + 1), "input", "overlap"))
    check("most_overlap", lambda: _most_overlap(spec.overlap, spec.most_overlap, "input"))
    check("judging", lambda: _judging(spec.judging, "input"))
    check("lease_seconds", lambda: _within(spec.lease_seconds, LEASE_SECONDS, "input", "leaseSeconds"))
    check("countries", lambda: _countries(spec.countries))
    check("languages", lambda: _languages(spec.languages))
    check("min_accuracy", lambda: _share(spec.min_accuracy))
    check("qualification_ids", lambda: list(dict.fromkeys(_at_most(MOST_QUALIFICATIONS, spec.qualification_ids, "qualificationIds"))))
    columns["devices"] = sorted({Device(device).value for device in spec.devices})
    if columns["form"]:
        check("reward_micros", lambda: _reward(spec.price_micros_per_thousand, columns["form"]))
        check("examples", lambda: _examples(spec, columns["form"]))
    if errors:
        raise Refused(errors)
    return columns


def _within(value: int, allowed: range, *path: str) -> int:
    if value not in allowed:
        raise InvalidInput(f"Between {allowed.start:,} and {allowed.stop - 1:,}.", *path)
    return value


def checked_policy(thresholds: Mapping[str, Any], overlap: int, most_overlap: int | None) -> Policy:
    """What a project with these would hold answers to. Raises what is wrong, by the names of the API's arguments."""
    _within(overlap, range(1, MOST_OVERLAP + 1), "overlap")
    judging, most = _judging(thresholds), _most_overlap(overlap, most_overlap)
    return Policy(**judging, least=overlap, most=most or overlap)


def _most_overlap(overlap: int, most_overlap: int | None, *path: str) -> int | None:
    if most_overlap is not None and not overlap < most_overlap <= MOST_OVERLAP:
        raise InvalidInput(f"More than the overlap, which is {overlap}, and at most {MOST_OVERLAP}.", *path, "maxOverlap")
    return most_overlap


def _judging(values: Mapping[str, Any], *path: str) -> dict[str, Any]:
    errors: list[Refusal] = [
        InvalidInput("A share above 0 and at most 1.", *path, "judging", name)
        for name in THRESHOLDS
        if name in values and not 0 < values[name] <= 1
    ]
    if values.get("points", 0) not in POINTS:
        errors.append(InvalidInput(f"Between {POINTS.start} and {POINTS.stop - 1} points.", *path, "judging", "points"))
    policy = Policy(**values)
    if not errors and policy.overlap < policy.match:
        errors.append(InvalidInput("At least the overlap from which two are of one thing.", *path, "judging", "overlap"))
    if not errors and policy.outlier > policy.right:
        errors.append(InvalidInput("At most the share from which an answer is right.", *path, "judging", "outlier"))
    if errors:
        raise Refused(errors)
    return {name: value for name, value in values.items() if value != getattr(STANDARD, name)}


def _languages(values: Sequence[str]) -> list[str]:
    return checked_languages(_at_most(MOST_LANGUAGES, values, "languages"), "input", "requirements", "languages")


def _at_most(most: int, values: Sequence[T], name: str) -> Sequence[T]:
    if len(values) > most:
        raise InvalidInput(f"At most {most}.", "input", "requirements", name)
    return values


def _countries(values: Sequence[str]) -> list[str]:
    _at_most(MOST_COUNTRIES, values, "countries")
    return sorted({checked_country(code, "input", "requirements", "countries", str(n)) for n, code in enumerate(values)})


def _share(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:
        raise InvalidInput("A share between 0 and 1.", "input", "requirements", "minAccuracy")
    return value


def _reward(price_micros: int, form: Sequence[Mapping[str, Any]]) -> int:
    floor = floor_micros_per_thousand(form)
    if price_micros < floor:
        raise InvalidInput(f"This form's floor is ${floor / MICROS:.2f} per 1,000 annotations.", "input", "pricePerThousand")
    if price_micros > MOST_PER_THOUSAND:
        raise InvalidInput(f"At most ${MOST_PER_THOUSAND // MICROS:,} per 1,000 annotations.", "input", "pricePerThousand")
    if price_micros % 1000:
        raise InvalidInput("A price per 1,000 has at most three decimals.", "input", "pricePerThousand")
    return price_micros // 1000


def _examples(spec: ProjectSpec, form: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if len(spec.examples) > MOST_EXAMPLES:
        raise InvalidInput(f"At most {MOST_EXAMPLES} examples.", "input", "examples")
    return [_example(example, form, spec.uploads, ("input", "examples", str(n))) for n, example in enumerate(spec.examples)]


def _example(
    example: Mapping[str, Any], form: Sequence[Mapping[str, Any]], uploads: Mapping[str, Upload], path: tuple[str, ...]
) -> dict[str, Any]:
    content = parse_content(example["content"], uploads, *path, "content")
    blocks = {public_id: upload.block() for public_id, upload in uploads.items()}
    # A bad example may leave things out: that is what makes it bad.
    answers = parse_answers(form, content, example["answers"], uploads=blocks, complete=bool(example["good"]), path=(*path, "answers"))
    comment = prose(example["comment"], COMMENT_LENGTH, "The comment", *path, "comment")
    return {"content": content, "answers": answers, "good": bool(example["good"]), "comment": comment}
