"""Approved or rejected, with its source, reasons and comment. A verdict is never changed; an appeal that succeeds issues another."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import in_transaction

from models.annotation import Annotation, AnnotationState
from models.assignment import Assignment
from models.errors import Conflict, InvalidInput
from models.event import Event, Hint, project_topic, user_topic
from models.item import Item
from models.ledger import PLATFORM, Account, EntryKind, Ledger, Movement, available, balance, budget, contested, pending
from models.project import Project, ProjectState
from models.row import Row
from models.standing import Standing
from models.standing_step import StandingStep
from models.text import prose
from models.user import User
from ops.database import sql
from quality.ladder import Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

APPEAL_DAYS = 7
# Gold by which so many right answers were rejected is wrong itself.
GOLD_ERRED = 2
FOR_FRAUD = "An answer was rejected for fraud. You may appeal; what you have earned stays yours."
COMMENT_LENGTH = 2_000


class Decision(StrEnum):
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class RejectionReason(StrEnum):
    WRONG_LABEL = "WRONG_LABEL"
    MISSED_OBJECT = "MISSED_OBJECT"
    EXTRA_OBJECT = "EXTRA_OBJECT"
    IMPRECISE_SHAPE = "IMPRECISE_SHAPE"
    INCOMPLETE = "INCOMPLETE"
    IGNORED_INSTRUCTIONS = "IGNORED_INSTRUCTIONS"
    SPAM = "SPAM"
    FRAUD = "FRAUD"


class VerdictSource(StrEnum):
    MODERATOR = "MODERATOR"
    AUTOMATIC = "AUTOMATIC"
    APPEAL = "APPEAL"


class VerdictBasis(StrEnum):
    GOLD = "GOLD"
    CONSENSUS = "CONSENSUS"


class Verdict(Row):
    annotation: fields.ForeignKeyRelation[Annotation] = fields.ForeignKeyField(
        "models.Annotation", related_name="verdicts", on_delete=fields.RESTRICT
    )
    decision = fields.CharEnumField(Decision, max_length=10)
    source = fields.CharEnumField(VerdictSource, max_length=10)
    decided_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="verdicts", on_delete=fields.RESTRICT, null=True
    )
    reasons: list[str] = cast("list[str]", ArrayField("text", db_default=SqlDefault("'{}'")))
    comment = fields.TextField(null=True)
    # What an automatic one rests on: for staff and the partner alone.
    basis: VerdictBasis | None = cast("VerdictBasis | None", fields.CharEnumField(VerdictBasis, max_length=10, null=True))
    # What was wrong, as {"key", "kind", "fault", "given", "overlap", "wanted"}: the annotator's own shapes, never the right ones.
    conflicts: list[dict[str, Any]] = fields.JSONField(db_default=SqlDefault("'[]'"))
    decided_at = fields.DatetimeField(db_default=Now())
    appealable_until = fields.DatetimeField(null=True)
    # When its money stopped being contested: an appeal was decided, or the time for one is over.
    settled_at = fields.DatetimeField(null=True)
    # Whether the platform pays for it, not the project: it is that of an appeal which nobody decided in time.
    on_platform = fields.BooleanField(db_default=False)
    annotation_id: int
    decided_by_id: int | None

    class Meta:
        table = "verdicts"

    @classmethod
    async def issue(
        cls,
        annotation: Annotation,
        decision: Decision,
        *,
        source: VerdictSource,
        by: User | None,
        reasons: Sequence[RejectionReason] = (),
        comment: str | None = None,
        basis: VerdictBasis | None = None,
        conflicts: Sequence[Mapping[str, Any]] = (),
    ) -> Verdict:
        """The first verdict of an annotation. The caller holds its review; all that follows from it happens in the caller's transaction."""
        given = [reason.value for reason in dict.fromkeys(reasons)]
        if decision == Decision.REJECTED and not given:
            raise InvalidInput("A rejection says why.", "reasons")
        if decision == Decision.APPROVED and given:
            raise InvalidInput("An approval needs no reasons.", "reasons")
        if comment is not None:
            comment = prose(comment, COMMENT_LENGTH, "The comment", "comment", may_be_empty=True) or None
        verdict = await cls.one(
            """
            INSERT INTO verdicts (annotation_id, decision, source, decided_by_id, reasons, comment, basis, conflicts, appealable_until)
            VALUES ($1, $2::text, $3, $4, $5, $6, $8, $9::jsonb,
                CASE WHEN $2::text = 'REJECTED' THEN now() + make_interval(days => $7::int) END)
            RETURNING *
            """,
            annotation.id,
            decision.value,
            source.value,
            by.id if by else None,
            given,
            comment,
            APPEAL_DAYS,
            basis.value if basis else None,
            json.dumps(list(conflicts)),
        )
        assert verdict is not None
        await set_state(annotation, AnnotationState(decision.value))
        await (_approve(annotation) if decision == Decision.APPROVED else _reject(annotation, verdict))
        await Event.record("VerdictIssued", [user_topic(annotation.annotator_id)], verdict=verdict.id)
        await Hint.record(project_topic(annotation.project_id))
        return verdict

    @classmethod
    async def first_of(cls, annotation_id: int) -> Verdict:
        first = await cls.filter(annotation_id=annotation_id).order_by("id").first()
        assert first is not None
        return first

    @classmethod
    async def latest(  # type: ignore[override]
        cls, decision: Decision | None, before_id: int | None, limit: int
    ) -> list[Verdict]:
        """Verdicts that stand, latest first: one that an appeal overturned does not."""
        return await cls.rows(_LATEST, decision.value if decision else None, before_id, limit)

    @classmethod
    async def settle_due(cls, most: int = 100) -> int:
        """Returns to the projects what was contested until now and cannot be appealed any more; how many rejections."""
        due = [row["id"] for row in await sql.rows(_DUE, most)]
        for verdict_id in due:
            async with in_transaction():
                verdict = await cls.one(
                    "SELECT * FROM verdicts WHERE id = $1 AND settled_at IS NULL FOR NO KEY UPDATE SKIP LOCKED", verdict_id
                )
                # An appeal in the last second may have been opened since: seen only by a statement that begins under the lock.
                if verdict is not None and not await sql.value("SELECT 1 FROM appeals WHERE annotation_id = $1", verdict.annotation_id):
                    await verdict.return_contested()
        return len(due)

    async def return_contested(self) -> None:
        """The rejection stands: its reward goes back to the budget, or, where the project is closed, to the organization."""
        annotation = await Annotation.get(id=self.annotation_id)
        project = await Project.get(id=annotation.project_id)
        await project.lock()
        await sql.run("UPDATE verdicts SET settled_at = now() WHERE id = $1", self.id)
        moves = _back(project, annotation.reward_micros)
        await Ledger.post(Movement(key=f"release:{annotation.id}", kind=EntryKind.RELEASED, moves=moves))
        await project.open_tasks()


_LATEST = """
SELECT * FROM verdicts v WHERE ($1::text IS NULL OR v.decision = $1) AND ($2::bigint IS NULL OR v.id < $2)
    AND NOT EXISTS (SELECT 1 FROM verdicts later WHERE later.annotation_id = v.annotation_id AND later.id > v.id)
ORDER BY v.id DESC LIMIT $3
"""
_DUE = """
SELECT v.id FROM verdicts v WHERE v.decision = 'REJECTED' AND v.settled_at IS NULL AND v.appealable_until <= now()
    AND NOT EXISTS (SELECT 1 FROM appeals a WHERE a.annotation_id = v.annotation_id) ORDER BY v.appealable_until LIMIT $1
"""


def _back(project: Project, amount: int) -> list[tuple[Account, int]]:
    """What was contested is the project's again, or the organization's where that is closed. The caller holds the project."""
    home = balance(project.organization_id) if project.state == ProjectState.CLOSED else budget(project.id)
    return [(contested(project.id), -amount), (home, amount)]


async def overturn(
    annotation: Annotation, rejection: Verdict, *, by: User | None, comment: str | None, on_platform: bool = False
) -> Verdict:
    """The verdict of an appeal that succeeded: pays out of what was contested, and mends the figures. The caller holds the rejection.

    `on_platform`: nobody decided it in time, which is our fault and not the partner's: we pay, and they get back what was contested.
    """
    verdict = await Verdict.add(
        annotation_id=annotation.id,
        decision=Decision.APPROVED.value,
        source=VerdictSource.APPEAL.value,
        decided_by_id=by.id if by else None,
        comment=comment,
        on_platform=on_platform,
    )
    project = await Project.get(id=annotation.project_id)
    await set_state(annotation, AnnotationState.APPROVED)
    await sql.run("UPDATE verdicts SET settled_at = now() WHERE id = $1", rejection.id)
    await Standing.count_verdict(annotation.annotator_id, approved=1, rejected=-1)
    await sql.run("UPDATE standings SET weigh_at = coalesce(weigh_at, now()) WHERE user_id = $1", annotation.annotator_id)
    if RejectionReason.FRAUD in rejection.reasons:
        await StandingStep.overturn_for(rejection.id)
    item = Item(id=annotation.item_id, project_id=project.id)
    is_done = await item.approve_one(project.overlap)
    await sql.run(_MEND, item.id, rejection.basis == VerdictBasis.GOLD)
    await (_pay_of_our_own(annotation, project) if on_platform else _pay_what_was_contested(annotation, project))
    # Where nobody has begun the answer that was to take its place, none is needed any more.
    await project.lock()
    await sql.run("SELECT 1 FROM tasks WHERE item_id = $1 ORDER BY id FOR NO KEY UPDATE", item.id)
    is_free = await sql.value(_WITHDRAW_TASK, annotation.task_id) in {"OPEN", "HELD"}
    if is_free:
        await project.give_back(1, f"appeal:{annotation.id}")
    if is_free or on_platform:
        await project.open_tasks()
    if is_done:
        await item.close_leftovers()
    if rejection.basis == VerdictBasis.GOLD and await sql.value(_GOLD_ERRED, item.id) >= GOLD_ERRED:
        await item.retire_gold()
    await Hint.record(project_topic(project.id))
    return verdict


async def _pay_what_was_contested(annotation: Annotation, project: Project) -> None:
    moves = [(contested(project.id), -annotation.reward_micros), (available(annotation.annotator_id), annotation.reward_micros)]
    await Ledger.post(Movement(key=f"appeal:{annotation.id}", kind=EntryKind.APPEAL_WON, moves=moves, annotation_id=annotation.id))


async def _pay_of_our_own(annotation: Annotation, project: Project) -> None:
    # The wallet before the project, as everybody locks them: whose the money is again depends on the project's state.
    await sql.run("SELECT 1 FROM wallets WHERE user_id = $1 FOR NO KEY UPDATE", annotation.annotator_id)
    await project.lock()
    paid = [(PLATFORM, -annotation.reward_micros), (available(annotation.annotator_id), annotation.reward_micros)]
    moves = [*_back(project, annotation.reward_micros), *paid]
    await Ledger.post(Movement(key=f"lapse:{annotation.id}", kind=EntryKind.APPEAL_WON, moves=moves, annotation_id=annotation.id))


# An answer that counted as wrong was right: the gold was answered right once more, and what the item's answers come to is summed up anew.
_MEND = """
UPDATE items SET consensus = NULL, agreement = NULL,
    gold_right = gold_right + $2::bool::int, gold_judged = greatest(gold_judged, gold_right + $2::bool::int)
WHERE id = $1
"""
_GOLD_ERRED = """
SELECT count(*) FROM annotations n JOIN verdicts v ON v.annotation_id = n.id AND v.basis = 'GOLD'
JOIN verdicts w ON w.annotation_id = n.id AND w.source = 'APPEAL' WHERE n.item_id = $1
"""
_WITHDRAW_TASK = """
WITH free AS (SELECT id, state FROM tasks WHERE id = $1 AND state IN ('WAITING', 'OPEN', 'HELD') FOR NO KEY UPDATE)
UPDATE tasks SET state = 'SUBMITTED' FROM free WHERE tasks.id = free.id RETURNING free.state
"""


async def set_state(annotation: Annotation, state: AnnotationState) -> None:
    await sql.run("UPDATE annotations SET state = $2 WHERE id = $1", annotation.id, state.value)
    annotation.state = state


async def _approve(annotation: Annotation) -> None:
    project = await sql.row("SELECT overlap, least_seconds FROM projects WHERE id = $1", annotation.project_id)
    assert project is not None
    least, took = project["least_seconds"], annotation.elapsed_seconds
    await Standing.count_verdict(annotation.annotator_id, approved=1, hurried=least is not None and took is not None and took < least)
    item = Item(id=annotation.item_id, project_id=annotation.project_id)
    is_done = await item.approve_one(project["overlap"])
    moves = [(pending(annotation.annotator_id), -annotation.reward_micros), (available(annotation.annotator_id), annotation.reward_micros)]
    await Ledger.post(Movement(key=f"approve:{annotation.id}", kind=EntryKind.APPROVED, moves=moves, annotation_id=annotation.id))
    if is_done:
        await item.close_leftovers()


async def _reject(annotation: Annotation, verdict: Verdict) -> None:
    """The reward stays contested while it may be appealed; the task waits for someone else, and for money. Fraud bans at once."""
    await Standing.count_verdict(annotation.annotator_id, rejected=1)
    is_fraud = RejectionReason.FRAUD in verdict.reasons
    if is_fraud:
        await StandingStep.impose(
            annotation.annotator_id, Step.BANNED, reason=FOR_FRAUD, by_id=verdict.decided_by_id, verdict_id=verdict.id, fraud=True
        )
    # Held as by who approves another answer of it: of the last two verdicts one sees that the item needs no more.
    is_done = await sql.value("SELECT completed_at IS NOT NULL FROM items WHERE id = $1 FOR NO KEY UPDATE", annotation.item_id)
    moves = [(pending(annotation.annotator_id), -annotation.reward_micros), (contested(annotation.project_id), annotation.reward_micros)]
    await Ledger.post(Movement(key=f"reject:{annotation.id}", kind=EntryKind.REJECTED, moves=moves, annotation_id=annotation.id))
    project = await Project.get(id=annotation.project_id)
    await project.lock()
    await sql.run(_REOPEN, annotation.task_id, "CLOSED" if project.state == ProjectState.CLOSED else "WAITING", project.overlap)
    if is_done:
        await Item(id=annotation.item_id, project_id=project.id).close_leftovers()
    await project.open_tasks()
    if is_fraud:
        await Assignment.end_all_of(annotation.annotator_id)


# Where an earlier answer's appeal was won meanwhile, the task has its answer. None is wanted where the item is done, where its partner
# removed it or made gold of it, where its gold was taken out, or where an answer that was asked for besides was the wrong one, and the
# others are enough.
_REOPEN = """
UPDATE tasks SET state = CASE WHEN (
    SELECT i.completed_at IS NULL AND i.removed_at IS NULL AND i.gold_retired_at IS NULL AND (i.gold IS NOT NULL OR (
        SELECT count(*) FROM tasks t WHERE t.item_id = i.id AND t.id <> tasks.id AND t.state <> 'CLOSED'
    ) < $3) AND NOT EXISTS (SELECT 1 FROM items g WHERE g.made_of_id = i.id) FROM items i WHERE i.id = tasks.item_id
) THEN $2 ELSE 'CLOSED' END
WHERE id = $1 AND state = 'SUBMITTED'
    AND NOT EXISTS (SELECT 1 FROM annotations a WHERE a.task_id = tasks.id AND a.state = 'APPROVED')
"""


def require_rejection(verdict: Verdict, *path: str) -> None:
    if verdict.decision != Decision.REJECTED:
        raise Conflict("Only a rejection can be appealed.", *path)
