"""A partner's key to the API: `tdm_` + 43 random characters + 6 of checksum, shown once, kept as a hash.

The prefix lets secret scanners find leaked ones; the checksum refuses typing errors without asking the database.
"""

from __future__ import annotations

import zlib
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import Now
from tortoise.transactions import atomic

from models.audit import AuditEntry
from models.errors import Conflict, InvalidInput
from models.event import Hint
from models.organization import Organization
from models.row import Row
from models.secret import fingerprint, new_secret
from models.text import one_line
from models.user import User
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PREFIX = "tdm_"
NAME_LENGTH = 60
HINT_LENGTH = 10
MOST_TOKENS = 50
# The last use is known to the minute: a write for every call would cost more than the call.
USE_NOTED_SECONDS = 60
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


class Scope(StrEnum):
    PROJECTS_READ = "PROJECTS_READ"
    PROJECTS_WRITE = "PROJECTS_WRITE"
    RESULTS_READ = "RESULTS_READ"


class ApiToken(Row):
    organization: fields.ForeignKeyRelation[Organization] = fields.ForeignKeyField(
        "models.Organization", related_name="api_tokens", on_delete=fields.RESTRICT
    )
    made_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="made_tokens", on_delete=fields.RESTRICT)
    name = fields.CharField(NAME_LENGTH)
    hint = fields.CharField(HINT_LENGTH)
    secret_hash = fields.CharField(64, unique=True)
    scopes: list[str] = cast("list[str]", ArrayField("text"))
    created_at = fields.DatetimeField(db_default=Now())
    last_used_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    organization_id: int
    made_by_id: int

    class Meta:
        table = "api_tokens"
        indexes = (("organization_id",),)

    @classmethod
    @atomic()
    async def issue(
        cls, organization: Organization, *, name: str, scopes: Iterable[Scope], by: User, expires_at: datetime | None = None
    ) -> tuple[ApiToken, str]:
        """The token and its secret, which is known to nobody else from here on."""
        name = one_line(name, NAME_LENGTH, "The name", "input", "name")
        granted = sorted({scope.value for scope in scopes})
        if not granted:
            raise InvalidInput("A token needs at least one scope.", "input", "scopes")
        if expires_at is not None and expires_at <= await sql.now():
            raise InvalidInput("The token would have expired already.", "input", "expiresAt")
        # One at a time, so that two at once cannot pass MOST_TOKENS.
        await organization.lock()
        if await cls.filter(organization_id=organization.id, revoked_at=None).count() >= MOST_TOKENS:
            raise Conflict(f"An organization has at most {MOST_TOKENS} tokens; revoke one that is not used.", "input", "organizationId")
        secret = new_api_secret()
        token = await cls.add(
            organization_id=organization.id,
            made_by_id=by.id,
            name=name,
            hint=secret[:HINT_LENGTH],
            secret_hash=fingerprint(secret),
            scopes=granted,
            expires_at=expires_at,
        )
        await AuditEntry.record("createApiToken", by=by, subject=token)
        return token, secret

    @classmethod
    async def by_secret(cls, secret: str) -> ApiToken | None:
        """The live token of a secret. Notes its use, to the minute."""
        if not is_well_formed(secret):
            return None
        token = await cls.get_or_none(secret_hash=fingerprint(secret), revoked_at=None)
        if token is None:
            return None
        now = await sql.now()
        if token.expires_at is not None and token.expires_at <= now:
            return None
        if token.last_used_at is None or (now - token.last_used_at).total_seconds() >= USE_NOTED_SECONDS:
            await sql.run("UPDATE api_tokens SET last_used_at = now() WHERE id = $1", token.id)
        return token

    def allows(self, scope: Scope) -> bool:
        return scope.value in self.scopes

    @atomic()
    async def revoke(self, *, by: User) -> None:
        """Safe to repeat. Its open sockets close within two seconds."""
        if await sql.run("UPDATE api_tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL", self.id):
            await AuditEntry.record("revokeApiToken", by=by, subject=self)
            await Hint.record(token_topic(self.id))


def token_topic(token_id: int) -> str:
    """Wakes the open sockets of a token: it may be gone."""
    return f"token:{token_id}"


def new_api_secret() -> str:
    body = PREFIX + new_secret()
    return body + _checksum(body)


def is_well_formed(secret: str) -> bool:
    return secret.isascii() and secret.startswith(PREFIX) and len(secret) > len(PREFIX) + 6 and _checksum(secret[:-6]) == secret[-6:]


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(6):
        number, digit = divmod(number, 36)
        digits = _BASE36[digit] + digits
    return digits
