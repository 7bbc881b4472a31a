"""How far an annotator may go, with every figure that decides it. One row a person, locked by whoever changes it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model
from tortoise.transactions import atomic

from models.errors import AccountSuspended, EmailUnconfirmed, TutorialRequired
from models.event import Event, Hint, user_topic, work_topic
from models.user import User
from ops.database import sql
from quality.gold import MOST_GOLD, gold_share

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Self

    from asyncpg import Record

# The window over which skipping is measured, in assignments that ended by submission or skip.
RECENT = 50
# A share of gold that differs by less stays what it is.
NOTABLE = 0.01


class Status(StrEnum):
    ACTIVE = "ACTIVE"
    RESTRICTED = "RESTRICTED"
    SUSPENDED = "SUSPENDED"
    BANNED = "BANNED"


STOPPED = frozenset({Status.SUSPENDED, Status.BANNED})

# In SQL, of a row `s` of standings: whether its person may work now.
# A suspension that is over stops nobody, whether or not the worker has tidied it away; one without an end never is.
MAY_WORK = "(s.status IN ('ACTIVE', 'RESTRICTED') OR (s.status = 'SUSPENDED' AND coalesce(s.until <= now(), false)))"


class Standing(Model):
    user: fields.OneToOneRelation[User] = fields.OneToOneField(
        "models.User", related_name="standing", on_delete=fields.RESTRICT, primary_key=True
    )
    status = fields.CharEnumField(Status, max_length=12, db_default=Status.ACTIVE.value)
    until = fields.DatetimeField(null=True)
    reason = fields.TextField(null=True)
    # Whether the ban is for fraud: what is still to be paid out is looked at first.
    for_fraud = fields.BooleanField(db_default=False)
    approved = fields.IntField(db_default=0)
    rejected = fields.IntField(db_default=0)
    # The share of gold among what they are given: falls with a long good record.
    gold_share = fields.FloatField(db_default=MOST_GOLD)
    # Outcomes of the last RECENT assignments, newest first: "." submitted, "s" skipped.
    recent = fields.CharField(RECENT, db_default="")
    user_id: int

    class Meta:
        table = "standings"

    @classmethod
    def read(cls, record: Mapping[str, Any] | Record) -> Self:
        return cls._init_from_db(**dict(record))

    @classmethod
    async def of(cls, user_id: int) -> Standing:
        return await cls.get(user_id=user_id)

    @property
    def decided(self) -> int:
        return self.approved + self.rejected

    @property
    def accuracy(self) -> float | None:
        return self.approved / self.decided if self.decided else None

    @property
    def skip_rate(self) -> float:
        return self.recent.count("s") / len(self.recent) if self.recent else 0.0

    @staticmethod
    async def count_verdict(user_id: int, *, approved: int = 0, rejected: int = 0) -> None:
        row = await sql.row(
            """
            UPDATE standings SET approved = approved + $2, rejected = rejected + $3 WHERE user_id = $1
            RETURNING approved, rejected, gold_share
            """,
            user_id,
            approved,
            rejected,
        )
        assert row is not None
        share = gold_share(row["approved"], row["approved"] + row["rejected"])
        if abs(share - row["gold_share"]) >= NOTABLE:
            await sql.run("UPDATE standings SET gold_share = $2 WHERE user_id = $1", user_id, share)

    @staticmethod
    async def count_outcome(user_id: int, outcome: str) -> None:
        await sql.run("UPDATE standings SET recent = left($2 || recent, $3) WHERE user_id = $1", user_id, outcome, RECENT)

    @classmethod
    @atomic()
    async def end_suspensions(cls) -> int:
        """Makes active again whose suspension or restriction is over; how many."""
        users = await sql.rows(
            """
            UPDATE standings SET status = 'ACTIVE', until = NULL, reason = NULL
            WHERE user_id IN (
                SELECT user_id FROM standings WHERE status IN ('SUSPENDED', 'RESTRICTED') AND until <= now()
                LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED
            ) RETURNING user_id
            """
        )
        for row in users:
            await Event.record("StandingChanged", [user_topic(row["user_id"])], user=row["user_id"])
            await Hint.record(work_topic(row["user_id"]))
        return len(users)


async def require_ready(user_id: int) -> None:
    """Raises what stands between a person and any task at all; every way to a task asks here."""
    row = await sql.row(_READY, user_id)
    assert row is not None
    if not row["is_confirmed"]:
        raise EmailUnconfirmed
    if not row["may_work"]:
        raise AccountSuspended(until=row["until"])
    if not row["has_passed"]:
        raise TutorialRequired


_READY = f"""
SELECT u.email_confirmed_at IS NOT NULL AS is_confirmed, {MAY_WORK} AS may_work, s.until, u.tutorial_passed_at IS NOT NULL AS has_passed
FROM standings s JOIN users u ON u.id = s.user_id WHERE s.user_id = $1
"""  # noqa: S608
