"""An annotator's objection to a rejection, decided by another moderator than the first."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.transactions import in_transaction

from models.annotation import Annotation
from models.audit import AuditEntry
from models.errors import AlreadyDecided, Conflict, TooLate
from models.event import BOARD, Event, user_topic
from models.row import Row
from models.text import prose
from models.user import User
from models.verdict import Verdict, overturn, require_rejection
from ops.database import sql

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

DUE_BUSINESS_DAYS = 3
MESSAGE_LENGTH = 2_000
_SATURDAY = 5


class AppealState(StrEnum):
    OPEN = "OPEN"
    OVERTURNED = "OVERTURNED"
    UPHELD = "UPHELD"


class AppealOutcome(StrEnum):
    OVERTURNED = "OVERTURNED"
    UPHELD = "UPHELD"


class Appeal(Row):
    annotation: fields.ForeignKeyNullableRelation[Annotation] = fields.ForeignKeyField(
        "models.Annotation", related_name="appeals", on_delete=fields.RESTRICT, null=True
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="appeals", on_delete=fields.RESTRICT)
    message = fields.TextField()
    state = fields.CharEnumField(AppealState, max_length=10, db_default=AppealState.OPEN.value)
    opened_at = fields.DatetimeField(db_default=Now())
    due_at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="decided_appeals", on_delete=fields.RESTRICT, null=True
    )
    decided_at = fields.DatetimeField(null=True)
    comment = fields.TextField(null=True)
    annotation_id: int | None
    user_id: int
    decided_by_id: int | None

    class Meta:
        table = "appeals"
        indexes = (("user_id", "id"),)

    @classmethod
    def of(cls, user_id: int) -> QuerySet[Appeal]:
        return cls.filter(user_id=user_id)

    @classmethod
    async def against_rejection(cls, annotation: Annotation, message: str) -> Appeal:
        """Once, within the days that the verdict gives. Raises Conflict, TooLate."""
        message = prose(message, MESSAGE_LENGTH, "The message", "message")
        async with in_transaction():
            # The latest verdict is locked, so that the money cannot stop being contested meanwhile.
            verdict = await Verdict.one(
                "SELECT * FROM verdicts WHERE annotation_id = $1 ORDER BY id DESC LIMIT 1 FOR NO KEY UPDATE", annotation.id
            )
            if await cls.exists(annotation_id=annotation.id):
                raise Conflict("This rejection was appealed already.", "annotationId")
            if verdict is None:
                raise Conflict("It has no verdict yet.", "annotationId")
            require_rejection(verdict, "annotationId")
            now = await sql.now()
            if verdict.settled_at is not None or verdict.appealable_until is None or verdict.appealable_until <= now:
                raise TooLate("The time to appeal this rejection is over.", "annotationId")
            appeal = await cls.add(
                annotation_id=annotation.id,
                user_id=annotation.annotator_id,
                message=message,
                due_at=after_business_days(now, DUE_BUSINESS_DAYS),
            )
            await Event.record("AppealOpened", [BOARD], appeal=appeal.id)
        return appeal

    async def decide(self, moderator: User, outcome: AppealOutcome, comment: str) -> Appeal:
        """By another than who decided the annotation, and never one's own.

        The same outcome again changes nothing; another is AlreadyDecided.
        """
        comment = prose(comment, MESSAGE_LENGTH, "The comment", "comment")
        assert self.annotation_id is not None
        async with in_transaction():
            rejection = await Verdict.one(
                "SELECT * FROM verdicts WHERE annotation_id = $1 ORDER BY id LIMIT 1 FOR NO KEY UPDATE", self.annotation_id
            )
            assert rejection is not None
            current = await Appeal.one("SELECT * FROM appeals WHERE id = $1 FOR NO KEY UPDATE", self.id)
            assert current is not None
            if current.state != AppealState.OPEN:
                if current.state.value == outcome.value:
                    return current
                raise AlreadyDecided(f"It was {current.state.value.lower()} already.", "appealId")
            if moderator.id in {rejection.decided_by_id, current.user_id}:
                raise Conflict("Another moderator has to decide this appeal.", "appealId")
            decided = await Appeal.one(
                "UPDATE appeals SET state = $2, decided_by_id = $3, decided_at = now(), comment = $4 WHERE id = $1 RETURNING *",
                self.id,
                outcome.value,
                moderator.id,
                comment,
            )
            assert decided is not None
            if outcome == AppealOutcome.OVERTURNED:
                await overturn(await Annotation.get(id=self.annotation_id), rejection, by=moderator, comment=comment)
            else:
                await rejection.return_contested()
            await AuditEntry.record("decideAppeal", by=moderator, subject=decided, reason=f"{outcome.value}: {comment}")
            await Event.record("AppealClosed", [BOARD], appeal=self.id)
            await Event.record("AppealDecided", [user_topic(decided.user_id)], appeal=self.id)
        return decided


def after_business_days(start: datetime, days: int) -> datetime:
    """The same time of day so many business days later, in UTC. What comes at a weekend counts from Monday's first moment."""
    moment = start
    if moment.weekday() >= _SATURDAY:
        moment = (moment + timedelta(days=7 - moment.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(days):
        moment += timedelta(days=1)
        while moment.weekday() >= _SATURDAY:
            moment += timedelta(days=1)
    return moment
