"""What partners write: projects, items, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar, cast

import strawberry
from strawberry.types import get_object_definition

import models
from models.errors import InvalidInput
from models.ledger import MICROS
from schema.content import ContentInput, plain_content
from schema.forms import AnswerInput, FormFieldInput, plain_answers

if TYPE_CHECKING:
    from strawberry.types.arguments import InputContext

T = TypeVar("T")

# $100 million in one movement: more is a typing error, and far from what 64 bits hold.
MOST_DOLLARS = 100_000_000


@strawberry.input
class RequirementsInput:
    countries: list[str] | None = strawberry.UNSET
    languages: list[str] | None = strawberry.UNSET
    devices: list[models.Device] | None = strawberry.UNSET
    min_accuracy: float | None = strawberry.UNSET
    qualification_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Tests of the same organization that must have been passed."
    )


@strawberry.input(description="Thresholds of the judge. Those left out are the standard ones; all but `points` are shares above 0.")
class JudgingInput:
    match: float | None = strawberry.field(default=strawberry.UNSET, description="The overlap from which two shapes are of one thing.")
    overlap: float | None = strawberry.field(default=strawberry.UNSET, description="The overlap that it takes for a shape to be right.")
    text: float | None = strawberry.field(default=strawberry.UNSET, description="How alike a text must be to be right.")
    points: int | None = strawberry.field(default=strawberry.UNSET, description="By how many points a rating may differ and be right.")
    right: float | None = strawberry.field(default=strawberry.UNSET, description="The share of an answer that must be right.")
    outlier: float | None = strawberry.field(default=strawberry.UNSET, description="The share below which an answer is clearly wrong.")
    confidence: float | None = strawberry.field(
        default=strawberry.UNSET, description="How sure the consensus must be for answers to be approved by it."
    )


@strawberry.input
class ExampleInput:
    content: list[ContentInput]
    answers: list[AnswerInput]
    good: bool | None = True
    comment: str


@strawberry.input
class ProjectInput:
    organization_id: strawberry.ID
    title: str
    kind: models.TaskKind
    instructions: str
    form: list[FormFieldInput]
    price_per_thousand: Decimal = strawberry.field(description="At least the floor of its form: product.md.")
    overlap: int | None = 1
    lease_seconds: int | None = 300
    max_overlap: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="With dynamic overlap: how many annotators answer an item at most, where the first ones disagree. "
        "Above `overlap`; null where it is fixed. Left out, it stays as it is.",
    )
    judging: JudgingInput | None = strawberry.field(
        default=strawberry.UNSET, description="Left out, it stays as it is; null: the standard."
    )
    requirements: RequirementsInput | None = strawberry.UNSET
    examples: list[ExampleInput] | None = strawberry.UNSET


@strawberry.input
class ItemInput:
    external_id: str
    content: list[ContentInput]
    gold: list[AnswerInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The known answer: annotators are checked against it and never see it."
    )


@dataclass(frozen=True, slots=True)
class UnreadItem:
    """What a resolver is given for an ItemInput: a thousand take Strawberry seconds to convert, which is done beside the loop."""

    value: Mapping[str, Any]
    context: InputContext

    def plain(self) -> dict[str, Any]:
        """As `Item.bring` takes it."""
        gold = self.value.get("gold")
        return {
            "external_id": self.value["externalId"],
            "content": plain_content(
                cast("list[ContentInput]", self.context.convert(self.value["content"], list[ContentInput], "content"))
            ),
            "gold": None
            if gold is None
            else plain_answers(cast("list[AnswerInput]", self.context.convert(gold, list[AnswerInput], "gold"))),
        }


get_object_definition(ItemInput, strict=True).from_input = lambda _, value, context: UnreadItem(value, context)


@strawberry.input
class ApiTokenInput:
    organization_id: strawberry.ID
    name: str
    scopes: list[models.Scope]
    expires_at: datetime | None = strawberry.UNSET


def given(value: T | None) -> T | None:
    """An optional argument: None where it was left out. Its default is UNSET, since a default of null would stand in the schema."""
    return None if value is strawberry.UNSET else value


def micros(dollars: Decimal, *path: str) -> int:
    """An amount above zero in micro-dollars. Raises InvalidInput for what is finer than those, or larger than anything meant."""
    amount = dollars * MICROS
    if not 0 < dollars <= MOST_DOLLARS:
        raise InvalidInput(f"An amount above 0 and at most {MOST_DOLLARS:,} dollars.", *path)
    if amount != int(amount):
        raise InvalidInput("An amount has at most six decimals.", *path)
    return int(amount)
