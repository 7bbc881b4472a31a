"""A link in a mail: proves that the address is read by who follows it. Used once, within its time."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from tortoise import fields
from tortoise.fields.db_defaults import Now

from models.errors import TokenExpired
from models.row import Row
from models.secret import fingerprint, new_secret
from models.user import User
from ops.database import sql


class Purpose(StrEnum):
    CONFIRM = "CONFIRM"
    RESET = "RESET"


LIFETIMES = {Purpose.CONFIRM: timedelta(days=3), Purpose.RESET: timedelta(hours=1)}


class MailToken(Row):
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="mail_tokens", on_delete=fields.RESTRICT)
    purpose = fields.CharEnumField(Purpose, max_length=10)
    token_hash = fields.CharField(64, unique=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(db_default=Now())
    user_id: int

    class Meta:
        table = "mail_tokens"
        indexes = (("user_id",),)

    @classmethod
    async def issue(cls, user: User, purpose: Purpose) -> str:
        token = new_secret()
        await sql.run(
            "INSERT INTO mail_tokens (user_id, purpose, token_hash, expires_at) VALUES ($1, $2, $3, now() + $4)",
            user.id,
            purpose.value,
            fingerprint(token),
            LIFETIMES[purpose],
        )
        return token

    @classmethod
    async def use(cls, token: str, purpose: Purpose) -> User:
        """Whose token it was; every other link of the same purpose to that person ends with it. Raises TokenExpired."""
        user_id = await sql.value(
            """
            UPDATE mail_tokens SET used_at = now()
            WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now() RETURNING user_id
            """,
            fingerprint(token),
            purpose.value,
        )
        if user_id is None:
            raise TokenExpired
        await sql.run(
            "UPDATE mail_tokens SET used_at = now() WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL", user_id, purpose.value
        )
        return await User.get(id=user_id)
