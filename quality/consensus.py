"""What several answers to one item come to: an answer as it could have been stored, how much they agree, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import orjson

from quality.cluster import Laid, agreed_shapes
from quality.grade import Grade, graded, graded_layers, together
from quality.likeness import BLANKS, Field, likeness, values_of
from quality.overlap import READY, Floats, Layer
from quality.policy import STANDARD, Policy
from quality.vote import EVEN, elected, medians, sure, weight

Values: TypeAlias = Sequence[Any]

# Where most left a field out, nobody is graded for having answered it.
NOT_GRADED = Grade(True, (), 1.0)


@dataclass(frozen=True, kw_only=True)
class Given:
    """
    One annotation of an item: its id, its stored answers, and how far its author is to be trusted.

    `accuracy` is the share of the author's answers that are right, in [0, 1] (wilson.expected_accuracy), `judged` how many verdicts
    it rests on, `approved` the verdict that the annotation has already, or None, and `looked_at` whether that came from a person rather
    than from a consensus.
    """

    id: int
    answers: Sequence[Mapping[str, Any]]
    accuracy: float
    judged: int = 0
    approved: bool | None = None
    looked_at: bool = False


@dataclass(frozen=True)
class Agreed:
    """
    Of one field: the stored value, None where most left it out; the mean likeness of two of the answers; the probability that the value
    is right; and what each answer comes to beside it, in an order that is that of no one's coming.
    """

    key: str
    value: Any
    agreement: float
    confidence: float
    grades: tuple[Grade, ...]


@dataclass(frozen=True)
class Consensus:
    """
    `answers` as stored; `agreement`, in [0, 1], is that of the fields on the mean, None of a single answer; `confidence` that of the
    field that is least sure; `grades` are those of the answers handed in, by id.
    """

    answers: list[dict[str, Any]]
    agreement: float | None
    confidence: float
    fields: tuple[Agreed, ...]
    grades: Mapping[int, Grade]


def consensus(form: Sequence[Field], given: Sequence[Given], policy: Policy = STANDARD) -> Consensus:
    """Of at least one answer to a form. The same answers in whatever order come to the same, bit for bit."""
    ordered = sorted(given, key=_canonical)
    values = [values_of(each.answers) for each in ordered]
    accuracies = [each.accuracy for each in ordered]
    fields = tuple(_agreed(field, [each.get(field["key"]) for each in values], accuracies, policy) for field in form)
    answers = [
        {"key": agreed.key, "kind": field["kind"], "value": agreed.value}
        for field, agreed in zip(form, fields, strict=True)
        if agreed.value is not None
    ]
    return Consensus(
        answers,
        sum(agreed.agreement for agreed in fields) / len(fields) if len(given) > 1 else None,
        min(agreed.confidence for agreed in fields),
        fields,
        {each.id: together([agreed.grades[place] for agreed in fields]) for place, each in sorted(enumerate(ordered), key=_id)},
    )


def _id(placed: tuple[int, Given]) -> int:
    return placed[1].id


def _canonical(given: Given) -> tuple[bytes, float]:
    """What orders answers by what they say and who can be trusted, never by when they came."""
    return orjson.dumps(list(given.answers), option=orjson.OPT_SORT_KEYS), given.accuracy


def _agreed(field: Field, values: Values, accuracies: Sequence[float], policy: Policy) -> Agreed:
    weights = np.array([weight(accuracy) for accuracy in accuracies])
    if field["kind"] in READY:
        layers = [Layer.of(field["kind"], value or ()) for value in values]
        laid = Laid.of(layers, policy)
        value = _storable(field, agreed_shapes(laid, weights), values, weights, policy)
        likenesses = laid.likenesses
        agreed = None if value is None else Layer.of(field["kind"], value)
        grades = tuple(NOT_GRADED if agreed is None else graded_layers(field["key"], agreed, layer, policy) for layer in layers)
    else:
        value = _picked(field, values, accuracies) if _is_single(field) else _voted(field, values, weights, policy)
        value = _storable(field, value, values, weights, policy)
        likenesses = [likeness(field, one, other, policy) for one, other in combinations(values, 2)]
        expected = {"key": field["key"], "kind": field["kind"], "value": value}
        grades = tuple(NOT_GRADED if value is None else graded(expected, each, policy) for each in values)
    agreement = sum(likenesses) / len(likenesses) if likenesses else 1.0
    return Agreed(field["key"], value, agreement, _confidence(field, values, accuracies, grades, policy), grades)


def _voted(field: Field, values: Values, weights: Floats, policy: Policy) -> Any:
    """None where those who left the field out weigh more than those who answered it."""
    voices = [place for place, each in enumerate(values) if each is not None]
    if not voices or weights[voices].sum() < weights.sum() / 2 - EVEN:
        return None
    return VALUES.get(field["kind"], _middle)(field, [values[place] for place in voices], weights[voices], policy)


def _storable(field: Field, value: Any, values: Values, weights: Floats, policy: Policy) -> Any:
    """
    The value; none where nobody gave one; and, where it says nothing but the form wants an answer, the one that is most like the others.
    """
    if all(each is None for each in values):
        return None
    if not field["required"] or value is None or value != BLANKS.get(field["kind"]):
        return value
    said = [place for place, each in enumerate(values) if each]
    return _middle(field, [values[place] for place in said], weights[said], policy)


def _confidence(field: Field, values: Values, accuracies: Sequence[float], grades: Sequence[Grade], policy: Policy) -> float:
    if field["kind"] in INCOMPARABLE:
        return 0.0
    if _is_single(field):
        return _elected(field, values, accuracies)[1]
    votes = [(weight(accuracy), grade.share >= policy.right) for accuracy, grade in zip(accuracies, grades, strict=True)]
    return sure(sum(vote for vote, right in votes if right), sum(vote for vote, right in votes if not right))


def _is_single(field: Field) -> bool:
    return field["kind"] == "choice" and not field["multiple"]


def _picked(field: Field, values: Values, accuracies: Sequence[float]) -> list[str] | None:
    option, _ = _elected(field, values, accuracies)
    return [option] if option else None


def _elected(field: Field, values: Values, accuracies: Sequence[float]) -> tuple[str, float]:
    """Of a single choice; an option that is none stands for leaving the field out."""
    order = [option["key"] for option in field["options"]]
    return elected([value[0] if value else "" for value in values], accuracies, [*order, ""])


def _choice(field: Field, values: Values, weights: Floats, policy: Policy) -> list[str]:
    """Of several options, each by itself: those that more chose than left out, by weight."""
    half = float(weights.sum()) / 2
    votes = {option["key"]: 0.0 for option in field["options"]}
    for value, vote in zip(values, weights, strict=True):
        for key in value:
            votes[key] += float(vote)
    return [key for key, vote in votes.items() if vote > half + EVEN]


def _rating(_: Field, values: Values, weights: Floats, policy: Policy) -> int:
    """The weighted median, the lower where there are two: a point of the scale."""
    return int(medians(np.array(values, np.float64)[None, :, None], weights[None])[0][0, 0])


def _middle(field: Field, values: Values, weights: Floats, policy: Policy) -> Any:
    """The one that is most like the others, by their weights (medoid)."""
    fits = weights.copy()
    for one, other in combinations(range(len(values)), 2):
        alike = likeness(field, values[one], values[other], policy)
        fits[one] += weights[other] * alike
        fits[other] += weights[one] * alike
    return values[int(np.argmax(np.round(fits, 9)))]


VALUES: Mapping[str, Callable[[Field, Values, Floats, Policy], Any]] = {"choice": _choice, "rating": _rating}
# Everybody makes their own: agreement tells nothing of whether it is right.
INCOMPARABLE = frozenset({"media"})
