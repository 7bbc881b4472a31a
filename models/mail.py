"""Mail on its way: written in the transaction that causes it, sent by the worker, tried again until it went or is too old."""

from __future__ import annotations

from tortoise import fields
from tortoise.fields.db_defaults import Now

from models.row import Row
from ops.database import sql


class Mail(Row):
    recipient = fields.CharField(254)
    subject = fields.CharField(200)
    body = fields.TextField()
    created_at = fields.DatetimeField(db_default=Now())
    next_try_at = fields.DatetimeField(db_default=Now())
    tries = fields.IntField(db_default=0)

    class Meta:
        table = "mails"
        indexes = (("next_try_at",),)

    @classmethod
    async def write(cls, recipient: str, subject: str, body: str) -> None:
        await cls.add(recipient=recipient, subject=subject, body=body)

    @classmethod
    async def due(cls, most: int = 20) -> list[Mail]:
        """Takes letters for two minutes, so that no other worker sends them as well; what a crash leaves is due again."""
        return await cls.rows(
            """
            UPDATE mails SET tries = tries + 1, next_try_at = now() + interval '2 minutes' * (tries + 1)
            WHERE id IN (SELECT id FROM mails WHERE next_try_at <= now() ORDER BY next_try_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING *
            """,
            most,
        )

    async def sent(self) -> None:
        await sql.run("DELETE FROM mails WHERE id = $1", self.id)
