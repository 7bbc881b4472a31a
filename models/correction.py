"""What a moderator made of an answer where small mends were enough: it was approved and paid as it was, and counts as it is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.fields.db_defaults import Now

from models.annotation import Annotation
from models.row import Row
from models.user import User

if TYPE_CHECKING:
    from collections.abc import Sequence


class Correction(Row):
    annotation: fields.OneToOneRelation[Annotation] = fields.OneToOneField(
        "models.Annotation", related_name="correction", on_delete=fields.RESTRICT
    )
    # As stored; never changed afterwards, as the annotation's own are not.
    answers = fields.JSONField[list[dict[str, Any]]]()
    corrected_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="corrections", on_delete=fields.RESTRICT
    )
    corrected_at = fields.DatetimeField(db_default=Now())
    annotation_id: int
    corrected_by_id: int

    class Meta:
        table = "corrections"

    @classmethod
    async def answers_of(cls, annotation_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """The mended answers of those of these annotations that were mended."""
        return {row.annotation_id: row.answers for row in await cls.filter(annotation_id__in=list(annotation_ids))}
