"""A person's money: four balances, and the history that adds up to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from models.errors import InvalidInput
from models.ledger import Entry
from models.user import User, checked_time_zone
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

MOST_DAYS = 366
# Above every id.
END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class DailyEarnings:
    day: date
    amount_micros: int
    annotations: int


class Wallet(Model):
    """Micro-dollars. Written by Ledger.post alone."""

    user: fields.OneToOneRelation[User] = fields.OneToOneField(
        "models.User", related_name="wallet", on_delete=fields.RESTRICT, primary_key=True
    )
    pending = fields.BigIntField(db_default=0)
    available = fields.BigIntField(db_default=0)
    withdrawing = fields.BigIntField(db_default=0)
    withdrawn = fields.BigIntField(db_default=0)
    version = fields.BigIntField(db_default=0)
    user_id: int

    class Meta:
        table = "wallets"

    @classmethod
    async def of(cls, user_id: int) -> Wallet:
        return await cls.get(user_id=user_id)

    async def transactions(self, limit: int, before: int = END, kinds: Sequence[str] = ()) -> list[Entry]:
        """At most `limit` entries with ids below `before`, latest first: those of the kinds, or all where none is named."""
        if not kinds:
            return await Entry.rows(_HISTORY, self.user_id, before, limit)
        return await Entry.rows(_HISTORY_OF_KINDS, self.user_id, before, limit, list(set(kinds)))

    async def earnings(self, days: int, time_zone: str) -> list[DailyEarnings]:
        """Approved earnings of each of the last `days` days in that zone, oldest first; days without any are there with zero."""
        if not 1 <= days <= MOST_DAYS:
            raise InvalidInput(f"Between 1 and {MOST_DAYS} days.", "days")
        checked_time_zone(time_zone, "timeZone")
        rows = await sql.rows(_EARNINGS, self.user_id, days, time_zone)
        return [DailyEarnings(row["day"], row["amount"], row["annotations"]) for row in rows]


_HISTORY = "SELECT * FROM entries WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
# An index walk for each kind, merged: with several kinds in one condition the planner walks a long history past what is not wanted.
_HISTORY_OF_KINDS = """
SELECT e.* FROM unnest($4::text[]) AS wanted(kind) CROSS JOIN LATERAL (
    SELECT * FROM entries WHERE user_id = $1 AND kind = wanted.kind AND id < $2 ORDER BY id DESC LIMIT $3
) AS e ORDER BY e.id DESC LIMIT $3
"""

_EARNINGS = """
WITH days AS (
    SELECT (now() AT TIME ZONE $3)::date - n AS day FROM generate_series($2::int - 1, 0, -1) AS n
), earned AS (
    SELECT (created_at AT TIME ZONE $3)::date AS day, sum(available)::bigint AS amount, count(*)::int AS annotations
    FROM entries
    WHERE user_id = $1 AND kind IN ('APPROVED', 'APPEAL_WON')
        AND created_at >= (((now() AT TIME ZONE $3)::date - $2::int + 1)::timestamp AT TIME ZONE $3)
    GROUP BY 1
)
SELECT days.day, coalesce(earned.amount, 0) AS amount, coalesce(earned.annotations, 0) AS annotations
FROM days LEFT JOIN earned USING (day) ORDER BY days.day
"""
