"""Telling people whom a project would fit that it asks for a test: once for each project and test, some hundreds of people at a time."""

from __future__ import annotations

from tortoise import fields
from tortoise.transactions import in_transaction

from models.event import Event, user_topic
from models.project import BLOCKED_BY, Project
from models.qualification import Qualification
from models.row import Row
from ops.database import sql

# So many people are looked at in one statement.
TOLD_AT_ONCE = 500


class QualificationNotice(Row):
    """That people whom an open project would fit are told of its test: how far through them it came."""

    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="qualification_notices", on_delete=fields.RESTRICT
    )
    qualification: fields.ForeignKeyRelation[Qualification] = fields.ForeignKeyField(
        "models.Qualification", related_name="notices", on_delete=fields.RESTRICT
    )
    # Everybody up to this one was told, by id.
    told_up_to = fields.BigIntField(db_default=0)
    done_at = fields.DatetimeField(null=True)
    project_id: int
    qualification_id: int

    class Meta:
        table = "qualification_notices"
        unique_together = (("project_id", "qualification_id"),)

    @classmethod
    async def tell_due(cls) -> int:
        """Tells people whom an open project would fit of its test, some hundreds at a time; how many were looked at."""
        async with in_transaction():
            notice = await cls.one(_NOTICE_DUE)
            if notice is None:
                return 0
            people = await sql.rows(_PEOPLE, notice.project_id, notice.qualification_id, notice.told_up_to, TOLD_AT_ONCE)
            ids = {"qualification": notice.qualification_id}
            await Event.record_each("QualificationOffered", [(user_topic(row["id"]), ids) for row in people if row["fits"]])
            await sql.run(_TOLD, notice.id, people[-1]["id"] if people else notice.told_up_to, len(people) < TOLD_AT_ONCE)
        return len(people)


_NOTICE_DUE = """
SELECT n.* FROM qualification_notices n JOIN projects p ON p.id = n.project_id
WHERE n.done_at IS NULL AND p.state = 'OPEN' ORDER BY n.id LIMIT 1 FOR NO KEY UPDATE OF n SKIP LOCKED
"""
_PEOPLE = f"""
SELECT u.id, $2 = ANY(p.qualification_ids) AND {BLOCKED_BY} = ARRAY['QUALIFICATION_REQUIRED']
    AND NOT EXISTS (SELECT 1 FROM qualification_attempts a WHERE a.user_id = u.id AND a.qualification_id = $2) AS fits
FROM (
    SELECT * FROM users WHERE id > $3 AND tutorial_passed_at IS NOT NULL AND 'ANNOTATOR' = ANY(roles) ORDER BY id LIMIT $4
) AS u JOIN standings s ON s.user_id = u.id JOIN projects p ON p.id = $1
ORDER BY u.id
"""  # noqa: S608
_TOLD = "UPDATE qualification_notices SET told_up_to = $2, done_at = CASE WHEN $3 THEN now() END WHERE id = $1"
