"""Every act of staff, for good: the database refuses to change or delete an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.fields.db_defaults import Now

from models.row import Row

if TYPE_CHECKING:
    from models.user import User


class AuditEntry(Row):
    actor: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="acts", on_delete=fields.RESTRICT, null=True
    )
    action = fields.CharField(60)
    subject_type = fields.CharField(40, null=True)
    subject_id = fields.BigIntField(null=True)
    reason = fields.TextField(null=True)
    created_at = fields.DatetimeField(db_default=Now())
    actor_id: int | None

    class Meta:
        table = "audit_entries"

    @classmethod
    async def record(cls, action: str, *, by: User | None, subject: Row | None = None, reason: str | None = None) -> None:
        """`by` is None for the command line, whose user the operating system knows."""
        await cls.add(
            actor_id=by.id if by else None,
            action=action,
            subject_type=type(subject).__name__ if subject else None,
            subject_id=subject.id if subject else None,
            reason=reason,
        )
