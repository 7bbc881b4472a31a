"""A step up the ladder, or what staff decided about an annotator: one row each, with the figures it rests on and what to do about it.

What stands against a person is the hardest of their steps that are in force; `standings` repeats it for whoever leases. A step that an
appeal or a reinstatement took back counts as if it had never been.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from tortoise import fields
from tortoise.fields.db_defaults import Now, SqlDefault

from models.event import Event, Hint, access_topic, user_topic, work_topic
from models.project_spec import TaskKind
from models.row import Row
from models.standing import IN_FORCE, STOPPED, Status
from models.withdrawal import FRAUD_HOLD, Withdrawal
from ops.database import sql
from quality.ladder import Step

if TYPE_CHECKING:
    from models.user import User
    from models.verdict import Verdict

STOPS = frozenset({Step.SUSPENDED, Step.BANNED})


class StandingStep(Row):
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="steps", on_delete=fields.RESTRICT)
    step = fields.CharEnumField(Step, max_length=10)
    # The rule of the ladder (quality/ladder.py), and the kind of task that it is about; null for what people decided.
    rule: str | None = cast("str | None", fields.CharField(60, null=True))
    kind: TaskKind | None = cast("TaskKind | None", fields.CharEnumField(TaskKind, max_length=20, null=True))
    # What the rule saw, as {"good", "counted", "below"}; of a rule about accuracy also "first" and "last", the annotations between which
    # it looked.
    figures: dict[str, Any] = fields.JSONField(db_default=SqlDefault("'{}'"))
    reason = fields.TextField()
    # What to do about it.
    advice: str | None = fields.TextField(null=True)
    # Who imposed it; null for the ladder.
    by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="imposed_steps", on_delete=fields.RESTRICT, null=True
    )
    # The verdict for fraud that it follows from.
    verdict: fields.ForeignKeyNullableRelation[Verdict] = fields.ForeignKeyField(
        "models.Verdict", related_name="steps", on_delete=fields.RESTRICT, null=True
    )
    at: datetime = fields.DatetimeField(db_default=Now())
    # When it ends by itself.
    until: datetime | None = fields.DatetimeField(null=True)
    # When an appeal or a reinstatement took it back; and when so much good work had followed that it counts no more.
    overturned_at: datetime | None = fields.DatetimeField(null=True)
    lapsed_at: datetime | None = fields.DatetimeField(null=True)
    user_id: int
    by_id: int | None
    verdict_id: int | None

    class Meta:
        table = "standing_steps"
        indexes = (("user_id", "id"),)

    @property
    def counts(self) -> bool:
        """Whether it is one step up the ladder."""
        return self.rule is not None and self.overturned_at is None and self.lapsed_at is None

    @classmethod
    async def impose(cls, user_id: int, step: Step, *, reason: str, fraud: bool = False, **values: Any) -> StandingStep:
        """Tells the person, and where it is more than a warning changes what they may do.

        The caller holds the standing, and no wallet yet. Where they are stopped it ends their leases afterwards, when it holds the
        projects that it needs.
        """
        figures = json.dumps(values.pop("figures", {}))
        imposed = await cls.one(
            f"""
            INSERT INTO standing_steps (user_id, step, reason, figures, {", ".join(values)}{"," if values else ""} at)
            VALUES ($1, $2, $3, $4::jsonb, {"".join(f"${n}, " for n in range(5, 5 + len(values)))} now()) RETURNING *
            """,  # noqa: S608
            user_id,
            step.value,
            reason,
            figures,
            *values.values(),
        )
        assert imposed is not None
        if step is not Step.WARNED:
            await sql.run(_RESTATE, user_id, fraud)
        if fraud:
            await Withdrawal.hold_all_of(user_id, FRAUD_HOLD)
        await _tell(user_id)
        return imposed

    @classmethod
    async def supersede(cls, user_id: int) -> None:
        """Ends stops that are in force: staff decide anew. The caller holds the standing."""
        await sql.run(
            f"UPDATE standing_steps r SET until = now() WHERE user_id = $1 AND step IN ('SUSPENDED', 'BANNED') AND {IN_FORCE}",  # noqa: S608
            user_id,
        )

    @classmethod
    async def overturn_all_of(cls, user_id: int) -> None:
        """A reinstatement: nothing that is in force counts any more. The caller holds the standing."""
        await sql.run(f"UPDATE standing_steps r SET overturned_at = now() WHERE user_id = $1 AND {IN_FORCE}", user_id)  # noqa: S608
        await cls._restate(user_id)

    @classmethod
    async def overturn_for(cls, verdict_id: int) -> None:
        """The verdict for fraud that it follows from was wrong. The caller holds the verdict and the standing."""
        for step in await cls.filter(verdict_id=verdict_id, overturned_at=None):
            await step.overturn()

    async def overturn(self) -> None:
        """Takes it back. What else stands against the person stays. Safe to repeat; the caller holds the standing, and no wallet yet."""
        if await sql.run("UPDATE standing_steps SET overturned_at = now() WHERE id = $1 AND overturned_at IS NULL", self.id):
            await self._restate(self.user_id)

    @classmethod
    async def _restate(cls, user_id: int) -> None:
        status = await sql.value(_RESTATE + "RETURNING status", user_id, False)
        if Status(status) not in STOPPED:
            await Withdrawal.release_all_of(user_id, FRAUD_HOLD)
        await _tell(user_id)


async def _tell(user_id: int) -> None:
    await Event.record("StandingChanged", [user_topic(user_id)], user=user_id)
    await Hint.record(work_topic(user_id), access_topic(user_id))


# Of (person, whether fraud is why): what the hardest step in force says.
_RESTATE = f"""
UPDATE standings s SET status = coalesce(f.step, 'ACTIVE'), until = f.until, reason = f.reason,
    for_fraud = coalesce(f.step IN ('SUSPENDED', 'BANNED'), false) AND (s.for_fraud OR $2)
FROM (SELECT $1::bigint AS user_id) AS one LEFT JOIN LATERAL (
    SELECT r.step, r.until, r.reason FROM standing_steps r WHERE r.user_id = one.user_id AND {IN_FORCE}
    ORDER BY array_position(ARRAY['BANNED', 'SUSPENDED', 'RESTRICTED'], r.step::text), r.until DESC NULLS FIRST, r.id DESC LIMIT 1
) AS f ON true
WHERE s.user_id = one.user_id
"""  # noqa: S608
