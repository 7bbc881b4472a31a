"""An annotator's objection to a rejection, or to a step against their standing, decided by another moderator than the first."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog
from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.transactions import atomic, in_transaction

from models.annotation import Annotation
from models.audit import AuditEntry
from models.errors import AlreadyDecided, Conflict, TooLate
from models.event import BOARD, Event, user_topic
from models.row import Row
from models.standing import IN_FORCE
from models.standing_step import StandingStep
from models.text import prose
from models.user import User
from models.verdict import RejectionReason, Verdict, VerdictBasis, overturn, require_rejection
from ops.database import sql

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

DUE_BUSINESS_DAYS = 3
# Any rejection may be appealed; but who of their last LOOKED_AT had so many in vain may have no more than that many open at once.
LOOKED_AT, IN_VAIN, MOST_OPEN_IN_VAIN = 5, 4, 3
LAPSED = "It was not decided in time, and so it is decided for you: the answer is paid."
MESSAGE_LENGTH = 2_000
_SATURDAY = 5
log = structlog.get_logger(__name__)


# For which reasons a rejection stands until somebody has looked, however long that takes.
NEVER_LAPSES = frozenset({RejectionReason.FRAUD.value, RejectionReason.SPAM.value})


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
    # What it is about instead, where it is about standing.
    step: fields.ForeignKeyNullableRelation[StandingStep] = fields.ForeignKeyField(
        "models.StandingStep", related_name="appeals", on_delete=fields.RESTRICT, null=True
    )
    message = fields.TextField()
    state = fields.CharEnumField(AppealState, max_length=10, db_default=AppealState.OPEN.value)
    opened_at = fields.DatetimeField(db_default=Now())
    due_at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="decided_appeals", on_delete=fields.RESTRICT, null=True
    )
    decided_at = fields.DatetimeField(null=True)
    comment = fields.TextField(null=True)
    # When it was told that it is overdue and needs people, for no rule decides it.
    alerted_at = fields.DatetimeField(null=True)
    annotation_id: int | None
    step_id: int | None
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
            await _require_room(annotation.annotator_id)
            appeal = await cls.add(
                annotation_id=annotation.id,
                user_id=annotation.annotator_id,
                message=message,
                due_at=after_business_days(now, DUE_BUSINESS_DAYS),
            )
            await Event.record("AppealOpened", [BOARD], appeal=appeal.id)
        return appeal

    @classmethod
    async def against_standing(cls, user: User, message: str) -> Appeal:
        """Against the hardest restriction, suspension or ban that is in force, once each; Conflict where there is none left."""
        message = prose(message, MESSAGE_LENGTH, "The message", "message")
        async with in_transaction():
            await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", user.id)
            steps = await sql.rows(_APPEALABLE, user.id)
            if not steps:
                raise Conflict("Nothing restricts your account that could be appealed.")
            step = next((row for row in steps if not row["is_appealed"]), None)
            if step is None:
                raise Conflict("This decision was appealed already.")
            due_at = after_business_days(await sql.now(), DUE_BUSINESS_DAYS)
            appeal = await cls.add(step_id=step["id"], user_id=user.id, message=message, due_at=due_at)
            await Event.record("AppealOpened", [BOARD], appeal=appeal.id)
        return appeal

    async def decide(self, moderator: User, outcome: AppealOutcome, comment: str) -> Appeal:
        """By another than who decided the annotation, looked at its verdict again, or imposed the step, and never one's own.

        The same outcome again changes nothing; another is AlreadyDecided.
        """
        comment = prose(comment, MESSAGE_LENGTH, "The comment", "comment")
        async with in_transaction():
            rejection = await self._rejection()
            current = await Appeal.one("SELECT * FROM appeals WHERE id = $1 FOR NO KEY UPDATE", self.id)
            assert current is not None
            if current.state != AppealState.OPEN:
                if current.state.value == outcome.value:
                    return current
                raise AlreadyDecided(f"It was {current.state.value.lower()} already.", "appealId")
            step = None if self.step_id is None else await StandingStep.get(id=self.step_id)
            audited_by = rejection and await sql.value("SELECT decided_by_id FROM audit_samples WHERE verdict_id = $1", rejection.id)
            if moderator.id in {current.user_id, rejection and rejection.decided_by_id, audited_by, step and step.by_id}:
                raise Conflict("Another moderator has to decide this appeal.", "appealId")
            if rejection is not None:
                decided = await current._close(outcome, rejection, by=moderator, comment=comment)
            else:
                assert step is not None
                decided = await current._settle(outcome, by=moderator, comment=comment)
                await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", current.user_id)
                if outcome == AppealOutcome.OVERTURNED:
                    await step.overturn()
            await AuditEntry.record("decideAppeal", by=moderator, subject=decided, reason=f"{outcome.value}: {comment}")
        return decided

    async def _rejection(self) -> Verdict | None:
        """The first verdict of the annotation that it is about, locked."""
        return await Verdict.one(
            "SELECT * FROM verdicts WHERE annotation_id = $1 ORDER BY id LIMIT 1 FOR NO KEY UPDATE", self.annotation_id
        )

    async def _close(self, outcome: AppealOutcome, rejection: Verdict, *, by: User | None, comment: str) -> Appeal:
        """`by` is None where nobody decided it in time: then it is our fault, and we pay."""
        decided = await self._settle(outcome, by=by, comment=comment)
        if outcome == AppealOutcome.OVERTURNED:
            await overturn(await Annotation.get(id=rejection.annotation_id), rejection, by=by, comment=comment, on_platform=by is None)
        else:
            await rejection.return_contested()
        return decided

    async def _settle(self, outcome: AppealOutcome, *, by: User | None, comment: str) -> Appeal:
        decided = await Appeal.one(
            "UPDATE appeals SET state = $2, decided_by_id = $3, decided_at = now(), comment = $4 WHERE id = $1 RETURNING *",
            self.id,
            outcome.value,
            by.id if by else None,
            comment,
        )
        assert decided is not None
        await Event.record("AppealClosed", [BOARD], appeal=self.id)
        await Event.record("AppealDecided", [user_topic(decided.user_id)], appeal=self.id)
        return decided

    @classmethod
    async def lapse_due(cls, most: int = 100) -> int:
        """Overturns what nobody decided by its deadline, pays it on the platform's account, and tells the staff of each, once; how many.

        What was rejected for fraud or spam, or by a known answer, stays open, as does what is about standing.
        """
        due = [row["id"] for row in await sql.rows(_OVERDUE, most)]
        return sum([await (await cls.get(id=appeal_id))._lapse() for appeal_id in due])

    @atomic()
    async def _lapse(self) -> bool:
        rejection = await self._rejection()
        current = await Appeal.one("SELECT * FROM appeals WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert current is not None
        if current.state != AppealState.OPEN or current.alerted_at is not None:
            return False
        await sql.run("UPDATE appeals SET alerted_at = now() WHERE id = $1", self.id)
        lapses = rejection is not None and rejection.basis != VerdictBasis.GOLD and not NEVER_LAPSES.intersection(rejection.reasons)
        if lapses:
            assert rejection is not None
            await current._close(AppealOutcome.OVERTURNED, rejection, by=None, comment=LAPSED)
        log.error("an appeal was not decided in time", appeal=self.id, due_at=self.due_at.isoformat(), overturned=lapses)
        return True


async def _require_room(user_id: int) -> None:
    await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", user_id)
    row = await sql.row(_ROOM, user_id, LOOKED_AT)
    assert row is not None
    if row["in_vain"] >= IN_VAIN and row["open"] >= MOST_OPEN_IN_VAIN:
        why = f"of your last {LOOKED_AT} that were decided {row['in_vain']} were in vain"
        raise Conflict(f"You have {row['open']} open appeals, and {why}: wait until one is decided.", "annotationId")


_ROOM = """
SELECT (SELECT count(*) FROM appeals WHERE user_id = $1 AND state = 'OPEN' AND annotation_id IS NOT NULL)::int AS open,
    (SELECT count(*) FILTER (WHERE state = 'UPHELD') FROM (
        SELECT state FROM appeals WHERE user_id = $1 AND state <> 'OPEN' AND annotation_id IS NOT NULL
        ORDER BY decided_at DESC, id DESC LIMIT $2
    ) AS last)::int AS in_vain
"""
_APPEALABLE = f"""
SELECT r.id, EXISTS (SELECT 1 FROM appeals a WHERE a.step_id = r.id) AS is_appealed FROM standing_steps r
WHERE r.user_id = $1 AND {IN_FORCE} ORDER BY array_position(ARRAY['BANNED', 'SUSPENDED', 'RESTRICTED'], r.step::text), r.id DESC
"""  # noqa: S608
_OVERDUE = "SELECT id FROM appeals WHERE state = 'OPEN' AND due_at <= now() AND alerted_at IS NULL ORDER BY due_at, id LIMIT $1"


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
