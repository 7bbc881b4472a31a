"""What was judged automatically and is looked at again by a moderator: so the judge's own errors are known. Its verdict stays."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from tortoise import fields
from tortoise.expressions import Q
from tortoise.fields.db_defaults import Now
from tortoise.transactions import atomic

from models.annotation import Annotation
from models.audit import AuditEntry
from models.errors import AlreadyDecided, Conflict
from models.event import Event, user_topic
from models.project import Project
from models.row import Row
from models.text import prose
from models.user import User
from models.verdict import COMMENT_LENGTH, Decision, Verdict, overturn
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tortoise.queryset import QuerySet


class AuditSample(Row):
    # Of what the judge decides.
    SHARE: ClassVar[float] = 0.03

    verdict: fields.OneToOneRelation[Verdict] = fields.OneToOneField("models.Verdict", related_name="audit", on_delete=fields.RESTRICT)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField("models.Project", related_name="audits", on_delete=fields.RESTRICT)
    drawn_at = fields.DatetimeField(db_default=Now())
    # Whether the moderator would have decided the same.
    agrees: bool | None = cast("bool | None", fields.BooleanField(null=True))
    comment = fields.TextField(null=True)
    decided_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="audits", on_delete=fields.RESTRICT, null=True
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)
    verdict_id: int
    project_id: int
    decided_by_id: int | None

    class Meta:
        table = "audit_samples"

    @classmethod
    def waiting(cls, *, but_of: int) -> QuerySet[AuditSample]:
        """All but those of that person's own work."""
        return cls.filter(Q(decided_at=None) & ~Q(verdict__annotation__annotator_id=but_of))

    @classmethod
    async def draw(cls, verdict: Verdict, project: Project) -> None:
        await cls.add_unless_there(verdict_id=verdict.id, project_id=project.id)

    @atomic()
    async def decide(self, moderator: User, *, agrees: bool, comment: str | None = None) -> AuditSample:
        """Whether the judge was right. A rejection that was not is overturned and paid; an approval stays paid.

        Raises Conflict for one's own work, AlreadyDecided where another said otherwise.
        """
        if comment is not None:
            comment = prose(comment, COMMENT_LENGTH, "The comment", "comment", may_be_empty=True) or None
        # The verdict first, as appeals do.
        verdict = await Verdict.one("SELECT * FROM verdicts WHERE id = $1 FOR NO KEY UPDATE", self.verdict_id)
        assert verdict is not None
        current = await AuditSample.one("SELECT * FROM audit_samples WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert current is not None
        if current.decided_at is not None:
            if current.agrees == agrees:
                return current
            raise AlreadyDecided("It was decided already.", "auditId")
        annotation = await Annotation.get(id=verdict.annotation_id)
        if annotation.annotator_id == moderator.id:
            raise Conflict("Nobody judges their own work.", "auditId")
        decided = await AuditSample.one(
            "UPDATE audit_samples SET agrees = $2, comment = $3, decided_by_id = $4, decided_at = now() WHERE id = $1 RETURNING *",
            self.id,
            agrees,
            comment,
            moderator.id,
        )
        assert decided is not None
        if not agrees and verdict.decision == Decision.REJECTED and verdict.settled_at is None and not await _is_appealed(annotation.id):
            mended = await overturn(annotation, verdict, by=moderator, comment=comment)
            await Event.record("VerdictIssued", [user_topic(annotation.annotator_id)], verdict=mended.id)
        await AuditEntry.record("decideAudit", by=moderator, subject=decided, reason=comment)
        return decided


async def _is_appealed(annotation_id: int) -> bool:
    """What is appealed is decided there."""
    return await sql.value("SELECT 1 FROM appeals WHERE annotation_id = $1", annotation_id) is not None


async def error_rates(project_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each project how many verdicts of the judge were looked at again, and how many of them were wrong."""
    rows = await sql.rows(
        """
        SELECT project_id, count(*)::int AS looked_at, count(*) FILTER (WHERE NOT agrees)::int AS wrong FROM audit_samples
        WHERE decided_at IS NOT NULL AND project_id = ANY($1::bigint[]) GROUP BY project_id
        """,
        list(project_ids),
    )
    return {row["project_id"]: (row["looked_at"], row["wrong"]) for row in rows}
