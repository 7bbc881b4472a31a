"""The answers that were submitted for an assignment; never changed afterwards. Its verdicts say what became of them."""

from __future__ import annotations

import json
import random
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.fields.db_defaults import Now

from models.event import BOARD, project_topic, tell, user_topic, work_topic
from models.fields import digest
from models.item import Item
from models.ledger import EntryKind, Ledger, Movement, pending, reserved
from models.project import Project
from models.row import Row
from models.user import User
from ops.database import sql
from ops.settings import settings

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

    from models.assignment import Assignment
    from models.task import Task


# An answer whose item gets no others for so long is judged without them.
JUDGED_ANYWAY = "24 hours"
# What is surely wrong comes before people as early as if it had waited for a day longer.
RISKIEST_SECONDS = 24 * 3600
# What came faster than the work takes at the least is right half as likely as it would be otherwise.
HURRIED = 0.5


class AnnotationState(StrEnum):
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class Annotation(Row):
    assignment: fields.OneToOneRelation[Assignment] = fields.OneToOneField(
        "models.Assignment", related_name="annotation", on_delete=fields.RESTRICT
    )
    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField("models.Task", related_name="annotations", on_delete=fields.RESTRICT)
    item: fields.ForeignKeyRelation[Item] = fields.ForeignKeyField("models.Item", related_name="annotations", on_delete=fields.RESTRICT)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="annotations", on_delete=fields.RESTRICT
    )
    annotator: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="annotations", on_delete=fields.RESTRICT
    )
    answers = fields.JSONField[list[dict[str, Any]]]()
    digest = fields.CharField(64)
    reward_micros = fields.BigIntField()
    # Follows the latest verdict, in its transaction: what lists are filtered by.
    state = fields.CharEnumField(AnnotationState, max_length=10, db_default=AnnotationState.IN_REVIEW.value)
    # As the client counted them; and since the annotator got it or sent the one before, whichever was later.
    active_seconds = fields.FloatField(null=True)
    elapsed_seconds = fields.FloatField(null=True)
    submitted_at = fields.DatetimeField(db_default=Now())
    assignment_id: int
    task_id: int
    item_id: int
    project_id: int
    annotator_id: int

    class Meta:
        table = "annotations"
        indexes = (("annotator_id", "id"), ("annotator_id", "state", "id"), ("project_id", "state"), ("item_id",))

    @classmethod
    def of(cls, user_id: int) -> QuerySet[Annotation]:
        return cls.filter(annotator_id=user_id)

    @classmethod
    async def submitted(cls, assignment: Assignment, answers: list[dict[str, Any]], active_seconds: float | None) -> Annotation:
        """Writes it, moves its reward from reserved to pending, queues its review, and tells.

        The caller holds the task, and its transaction. The annotator is told too, for those of their windows that did not send it.
        """
        record = await sql.row(
            _SUBMIT, assignment.id, json.dumps(answers), digest(answers), active_seconds, random.uniform(*settings().judge_delay)
        )
        assert record is not None
        annotation = cls.read(record)
        await Ledger.post(
            Movement(
                key=f"earn:{annotation.id}",
                kind=EntryKind.EARNED,
                moves=[
                    (reserved(annotation.project_id), -annotation.reward_micros),
                    (pending(annotation.annotator_id), annotation.reward_micros),
                ],
                annotation_id=annotation.id,
            )
        )
        await tell(
            [
                (BOARD, "ReviewQueued", {"review": record["review_id"]}),
                (user_topic(annotation.annotator_id), "AssignmentEnded", {"assignment": assignment.id}),
            ],
            [work_topic(annotation.annotator_id), project_topic(annotation.project_id)],
        )
        return annotation


# The judge looks at gold when people or a consensus would have decided about another: after as long as one of the last took.
# At the rest it looks soon after the last answer that is wanted, or when no more have come for JUDGED_ANYWAY. What it never looks at is
# left to people from the first, and of that what came too fast says so.
_SUBMIT = f"""
WITH annotation AS (
    INSERT INTO annotations
        (assignment_id, task_id, item_id, project_id, annotator_id, answers, digest, reward_micros, active_seconds, elapsed_seconds)
    SELECT id, task_id, item_id, project_id, annotator_id, $2::jsonb, $3, reward_micros, $4,
        extract(epoch FROM now() - greatest(leased_at, (
            SELECT submitted_at FROM annotations b WHERE b.annotator_id = a.annotator_id ORDER BY b.id DESC LIMIT 1
        )))
    FROM assignments a WHERE id = $1 RETURNING *
), review AS (
    INSERT INTO reviews (annotation_id, project_id, kind, annotator_id, judge_at, why, risk, rank)
    SELECT annotation.id, annotation.project_id, p.kind, annotation.annotator_id, now() + looked.after,
        CASE WHEN hurried.risk > 0 THEN 'TOO_FAST' END, hurried.risk, extract(epoch FROM now()) - hurried.risk * {RISKIEST_SECONDS}
    FROM annotation JOIN projects p ON p.id = annotation.project_id JOIN tasks t ON t.id = annotation.task_id
    LEFT JOIN LATERAL (
        SELECT took FROM (
            SELECT r.decided_at - r.queued_at AS took FROM reviews r
            WHERE r.project_id = p.id AND r.decided_at IS NOT NULL ORDER BY r.id DESC LIMIT 20
        ) AS last ORDER BY random() LIMIT 1
    ) AS usual ON true, LATERAL (SELECT CASE
        WHEN t.is_gold THEN least(coalesce(usual.took, make_interval(secs => $5::float)), interval '{JUDGED_ANYWAY}')
        WHEN greatest(p.overlap, p.most_overlap) = 1 THEN NULL
        WHEN (SELECT count(*) FROM annotations n WHERE n.item_id = annotation.item_id AND n.state <> 'REJECTED') + 1 >= p.overlap
            THEN make_interval(secs => $5::float)
        ELSE interval '{JUDGED_ANYWAY}' END AS after
    ) AS looked, LATERAL (
        SELECT CASE WHEN looked.after IS NULL AND annotation.elapsed_seconds < p.least_seconds THEN {HURRIED} ELSE 0 END AS risk
    ) AS hurried
    RETURNING id
)
SELECT annotation.*, review.id AS review_id FROM annotation, review
"""  # noqa: S608
