"""Records of annotators, written straight into the tables: hundreds of verdicts in one statement. No money moves, so nobody proves the
ledger over them."""

from __future__ import annotations

from models import Project, User
from models.weighing import weigh_due
from ops.database import sql


async def record(
    annotator: User, project: Project, *, good: int, counted: int, seconds: float | None = None, skipped: int = 0, option: str = "cat"
) -> list[int]:
    """So many judged answers, the good ones first, and so many skips; the ids of the answers."""
    rows = await sql.rows(_ANSWERED, project.id, counted, annotator.id, good, seconds, option)
    if skipped:
        await sql.run(_SKIPPED, project.id, skipped, annotator.id)
    return sorted(row["id"] for row in rows)


async def weighed(annotator: User) -> None:
    """As the worker does after a rejection, until there is nothing more to do."""
    await sql.run("UPDATE standings SET weigh_at = now() WHERE user_id = $1", annotator.id)
    assert await weigh_due() == 1
    assert await weigh_due() == 0


_ITEMS = """
WITH fresh AS (
    INSERT INTO items (project_id, external_id, content) SELECT $1::bigint, gen_random_uuid()::text, '[]'
    FROM generate_series(1, $2::int) RETURNING id
), done AS (
    INSERT INTO tasks (project_id, item_id, round, state) SELECT $1, id, 0, 'CLOSED' FROM fresh RETURNING id, item_id
), ended AS (
    INSERT INTO assignments (task_id, item_id, project_id, annotator_id, reward_micros, lease_expires_at, state, ended_at)
    SELECT id, item_id, $1, $3::bigint, 1, now(), '{state}', now() FROM done RETURNING id, task_id, item_id
)
"""
_ANSWERED = (
    _ITEMS.format(state="SUBMITTED")
    + """, answered AS (
    INSERT INTO annotations
        (assignment_id, task_id, item_id, project_id, annotator_id, answers, digest, reward_micros, state, elapsed_seconds)
    SELECT id, task_id, item_id, $1, $3, '[]', $6::text, 1,
        CASE WHEN row_number() OVER (ORDER BY id) <= $4::int THEN 'APPROVED' ELSE 'REJECTED' END, $5::float
    FROM ended ORDER BY id RETURNING id, state
), judged AS (
    INSERT INTO verdicts (annotation_id, decision, source, reasons)
    SELECT id, state, 'AUTOMATIC', CASE WHEN state = 'REJECTED' THEN '{WRONG_LABEL}'::text[] ELSE '{}' END FROM answered
), reviewed AS (
    INSERT INTO reviews (annotation_id, project_id, annotator_id, kind, decided_at)
    SELECT answered.id, $1, $3, p.kind, now() FROM answered JOIN projects p ON p.id = $1
)
SELECT id FROM answered
"""
)
_SKIPPED = _ITEMS.format(state="SKIPPED") + "SELECT count(*) FROM ended"
