"""A signed-in browser. The token is opaque, kept as a hash, and ends when it is revoked or its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.transactions import atomic

from models.event import Hint, access_topic
from models.row import Row
from models.secret import fingerprint, new_secret
from models.user import User
from ops.database import sql

if TYPE_CHECKING:
    from datetime import datetime

    from tortoise.queryset import QuerySet

LIFETIME = timedelta(days=30)
# The last use is known to some minutes: a write for every request would cost more than the request.
SEEN_NOTED = timedelta(minutes=5)


class Session(Row):
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="sessions", on_delete=fields.RESTRICT)
    token_hash = fields.CharField(64, unique=True)
    user_agent = fields.CharField(200, default="")
    # The hash of the mark that the browser carries, by which people who share one are known (fraud_signal.py); null of none.
    device: str | None = cast("str | None", fields.CharField(64, null=True))
    created_at = fields.DatetimeField(db_default=Now())
    seen_at = fields.DatetimeField(db_default=Now())
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    user_id: int
    # The status of its person's standing, of a session that `by_token` read.
    standing: str = ""

    class Meta:
        table = "sessions"
        indexes = (("user_id",),)

    @classmethod
    async def open(cls, user: User, user_agent: str = "", device: str | None = None) -> tuple[Session, str]:
        """The session and its token, which is known to nobody else from here on."""
        token = new_secret()
        session = await cls.one(
            "INSERT INTO sessions (user_id, token_hash, user_agent, device, expires_at) VALUES ($1, $2, $3, $4, now() + $5) RETURNING *",
            user.id,
            fingerprint(token),
            user_agent[:200],
            fingerprint(device) if device else None,
            LIFETIME,
        )
        assert session is not None
        return session, token

    @classmethod
    async def by_token(cls, token: str) -> Session | None:
        """The live session of a token, with its user and their standing read in the same statement. Notes its use, to some minutes."""
        record = await sql.row(
            """
            SELECT u.*, s.id AS session_id, s.token_hash, s.user_agent, s.device, s.created_at AS opened_at, s.seen_at, s.expires_at,
                s.seen_at < now() - $2::interval AS is_due, st.status AS standing
            FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN standings st ON st.user_id = s.user_id
            WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > now()
            """,
            fingerprint(token),
            SEEN_NOTED,
        )
        if record is None:
            return None
        if record["is_due"]:
            await sql.run("UPDATE sessions SET seen_at = now() WHERE id = $1", record["session_id"])
        own = {name: record[name] for name in ("token_hash", "user_agent", "device", "seen_at", "expires_at")}
        own |= {"id": record["session_id"], "user_id": record["id"], "created_at": record["opened_at"], "revoked_at": None}
        session = cls.read(own)
        # As the relation keeps it, of which we know that it is right.
        session.__dict__["_user"] = User.read(record)
        session.standing = record["standing"] or ""
        return session

    @classmethod
    async def live(cls, user_id: int) -> QuerySet[Session]:
        """Where the person is signed in."""
        return cls.filter(user_id=user_id, revoked_at=None, expires_at__gt=await sql.now())

    @atomic()
    async def revoke(self) -> None:
        await sql.run("UPDATE sessions SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL", self.id)
        await Hint.record(access_topic(self.user_id))

    @classmethod
    @atomic()
    async def revoke_all(cls, user_id: int, *, but: Session | None = None) -> None:
        """All sessions of the person, or all but one. Safe to repeat."""
        ended = "UPDATE sessions SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $2"
        if await sql.run(ended, user_id, but.id if but else None):
            await Hint.record(access_topic(user_id))

    @classmethod
    async def state_of(cls, session_id: int) -> tuple[datetime | None, datetime]:
        """(revoked_at, expires_at) as they stand now, for those who keep a socket open."""
        record = await sql.row("SELECT revoked_at, expires_at FROM sessions WHERE id = $1", session_id)
        assert record is not None
        return record["revoked_at"], record["expires_at"]
