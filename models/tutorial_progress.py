"""How far a person is through the tutorial. Steps are content (models/tutorial); only what was passed is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.transactions import in_transaction

from models.event import Hint, work_topic
from models.row import Row
from models.tutorial.lessons import LESSONS
from models.user import User
from ops.database import sql

if TYPE_CHECKING:
    from datetime import datetime

STEP_KEYS = frozenset(step.key for lesson in LESSONS for step in lesson.steps)


@dataclass(frozen=True, slots=True)
class TutorialProgress:
    passed_steps: int
    total_steps: int
    completed_at: datetime | None


class StepPass(Row):
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="step_passes", on_delete=fields.RESTRICT)
    step_key = fields.CharField(60)
    passed_at = fields.DatetimeField(db_default=Now())
    user_id: int

    class Meta:
        table = "step_passes"
        unique_together = (("user_id", "step_key"),)

    @classmethod
    async def passed_by(cls, user_id: int) -> set[str]:
        keys = await sql.rows("SELECT step_key FROM step_passes WHERE user_id = $1", user_id)
        return {row["step_key"] for row in keys} & STEP_KEYS

    @classmethod
    async def note(cls, user_id: int, step_key: str) -> None:
        """Passed; repeating changes nothing.

        With the last step the tutorial is done, for good: later lessons gate nobody who works already.
        """
        async with in_transaction():
            await sql.run("INSERT INTO step_passes (user_id, step_key) VALUES ($1, $2) ON CONFLICT DO NOTHING", user_id, step_key)
            if await cls.passed_by(user_id) == STEP_KEYS:
                await sql.run("UPDATE users SET tutorial_passed_at = coalesce(tutorial_passed_at, now()) WHERE id = $1", user_id)
                await Hint.record(work_topic(user_id))


async def progress_of(user_id: int) -> TutorialProgress:
    completed_at = await sql.value("SELECT tutorial_passed_at FROM users WHERE id = $1", user_id)
    return TutorialProgress(len(await StepPass.passed_by(user_id)), len(STEP_KEYS), completed_at)
