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

# In SQL, of a row `r` of standing_steps: whether it bars its person from anything now.
IN_FORCE = "(r.step <> 'WARNED' AND r.overturned_at IS NULL AND (r.until IS NULL OR r.until > now()))"
# Who is restricted holds no more than this at once, so that verdicts can keep up with them.
MOST_HELD_RESTRICTED = 3

# In SQL, of a row `s` of standings: whether its person may work now.
# A suspension that is over stops nobody, whether or not the worker has tidied it away; one without an end never is.
MAY_WORK = "(s.status IN ('ACTIVE', 'RESTRICTED') OR (s.status = 'SUSPENDED' AND coalesce(s.until <= now(), false)))"
# The same: whether they are restricted in all that they do, not only in one kind of task. Who is active is asked no further.
IS_RESTRICTED = f"""(s.status <> 'ACTIVE' AND EXISTS (
    SELECT 1 FROM standing_steps r WHERE r.user_id = s.user_id AND r.step = 'RESTRICTED' AND r.kind IS NULL AND {IN_FORCE}
))"""  # noqa: S608
# Of a project `p` besides: whether a restriction keeps them from it. One of a kind keeps from that kind; one of all, from projects in which
# nobody else answers the same and no answer is known, so that what they do there could not be held against anything.
IS_KEPT_OUT = f"""(s.status <> 'ACTIVE' AND EXISTS (
    SELECT 1 FROM standing_steps r WHERE r.user_id = s.user_id AND r.step = 'RESTRICTED' AND {IN_FORCE} AND (r.kind = p.kind OR (
        r.kind IS NULL AND p.overlap = 1 AND NOT EXISTS (
            SELECT 1 FROM items i
            WHERE i.project_id = p.id AND i.gold IS NOT NULL AND i.removed_at IS NULL AND i.gold_retired_at IS NULL
        )
    ))
))"""  # noqa: S608


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
    # Since when the ladder is to look at them (weighing.py); null where nothing has happened that could lead to a step.
    weigh_at = fields.DatetimeField(null=True)
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
    async def count_verdict(user_id: int, *, approved: int = 0, rejected: int = 0, hurried: bool = False) -> None:
        """A rejection, and an answer that came too fast, may lead to a step: the ladder looks at the person."""
        row = await sql.row(
            """
            UPDATE standings SET approved = approved + $2, rejected = rejected + $3,
                weigh_at = CASE WHEN $4 THEN coalesce(weigh_at, now()) ELSE weigh_at END
            WHERE user_id = $1 RETURNING approved, rejected, gold_share
            """,
            user_id,
            approved,
            rejected,
            rejected > 0 or hurried,
        )
        assert row is not None
        share = gold_share(row["approved"], row["approved"] + row["rejected"])
        if abs(share - row["gold_share"]) >= NOTABLE:
            await sql.run("UPDATE standings SET gold_share = $2 WHERE user_id = $1", user_id, share)

    @staticmethod
    async def count_outcome(user_id: int, outcome: str) -> None:
        """`.` for a submission, `s` for a skip, which the ladder looks at."""
        await sql.run(
            """
            UPDATE standings SET recent = left($2 || recent, $3),
                weigh_at = CASE WHEN $2 = 's' THEN coalesce(weigh_at, now()) ELSE weigh_at END
            WHERE user_id = $1
            """,
            user_id,
            outcome,
            RECENT,
        )

    @classmethod
    @atomic()
    async def end_suspensions(cls) -> int:
        """Makes active again whose suspension or restriction is over, or restricted who still is; how many."""
        users = await sql.rows(_END)
        for row in users:
            await Event.record("StandingChanged", [user_topic(row["user_id"])], user=row["user_id"])
            await Hint.record(work_topic(row["user_id"]))
        return len(users)


# Whoever was restricted before a suspension still is after it, where the restriction is the longer one.
_END = f"""
UPDATE standings s SET status = coalesce(left_over.step, 'ACTIVE'), until = left_over.until, reason = left_over.reason
FROM (
    SELECT user_id FROM standings WHERE status IN ('SUSPENDED', 'RESTRICTED') AND until <= now() LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED
) AS due LEFT JOIN LATERAL (
    SELECT r.step, r.until, r.reason FROM standing_steps r WHERE r.user_id = due.user_id AND r.step = 'RESTRICTED' AND {IN_FORCE}
    ORDER BY r.until DESC LIMIT 1
) AS left_over ON true
WHERE s.user_id = due.user_id RETURNING s.user_id
"""  # noqa: S608


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
