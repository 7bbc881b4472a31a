"""What a page and a lease cost does not grow with the work that there is: what the planner makes of it."""

from __future__ import annotations

import re

from tortoise.transactions import in_transaction

from models import Project, Review, TaskKind, leasing
from ops.database import sql
from tests.support.sql import counted_sql
from tests.support.world import a_project, an_annotator

# Of a line of a plan: how many rows a step took from the tasks.
ROWS_OF_TASKS = re.compile(r" on tasks\b.*actual time=\S+ rows=([\d.]+)")


async def test_a_page_of_the_board_by_risk_reads_no_more_however_much_waits() -> None:
    project = await a_project(items=0)
    annotator = await an_annotator()
    async with in_transaction():
        await many_tasks(project, 3_000)
        await sql.run(
            "INSERT INTO assignments (task_id, item_id, project_id, annotator_id, reward_micros, lease_expires_at, state) "
            "SELECT id, item_id, project_id, $1, 1, now(), 'SUBMITTED' FROM tasks",
            annotator.id,
        )
        await sql.run(
            "INSERT INTO annotations (assignment_id, task_id, item_id, project_id, annotator_id, answers, digest, reward_micros) "
            "SELECT id, task_id, item_id, project_id, annotator_id, '[]', '', 1 FROM assignments"
        )
        await sql.run(
            "INSERT INTO reviews (annotation_id, project_id, kind, annotator_id, judge_at, rank) SELECT id, project_id, 'CLASSIFICATION', "
            "annotator_id, CASE WHEN id % 2 = 0 THEN now() END, -id FROM annotations"
        )
    await sql.run("ANALYZE reviews")

    with counted_sql() as said:
        first = await Review.ranked(None, 50)
        second = await Review.ranked((first[-1].rank, first[-1].id), 50, project_id=project.id, kind=TaskKind.CLASSIFICATION)

    ranks = [review.rank for review in (*first, *second)]
    assert len(ranks) == 100
    assert ranks == sorted(ranks)
    assert all(review.judge_at is None for review in (*first, *second))
    for query, arguments in ((said[0], (-1e300, 0, 50)), (said[1], (first[-1].rank, first[-1].id, 50, project.id))):
        plan = "\n".join(row[0] for row in await sql.rows(f"EXPLAIN (ANALYZE) {query}", *arguments))
        assert "using reviews_ranked" in plan
        assert "Sort" not in plan


async def test_a_lease_reads_no_more_of_a_project_however_many_tasks_it_has() -> None:
    project, annotator = await a_project(items=0), await an_annotator()
    async with in_transaction():
        await many_tasks(project, 20_000)
    await sql.run("ANALYZE tasks")

    for query, arguments in (
        (leasing.LEASE, (annotator.id, None, 5)),
        (leasing.LEASE_FOR, (project.id, [(await an_annotator()).id], [1], [False])),
    ):
        plan = [row[0] for row in await sql.rows(f"EXPLAIN (ANALYZE) {query}", *arguments)]
        read = [
            float(line.split("rows=")[2].split()[0])
            for line in plan
            if "on tasks" in line and "never executed" not in line and "rows=" in line
        ]
        assert len(read) >= 3
        assert max(read) <= 50


async def many_tasks(project: Project, number: int) -> None:
    """Open, without money and past all rules: in a transaction of the caller's."""
    await sql.run("SET LOCAL session_replication_role = replica")
    await sql.run(
        "INSERT INTO items (project_id, external_id, content) SELECT $1, 'of many ' || n, '[]' FROM generate_series(1, $2::int) AS n",
        project.id,
        number,
    )
    await sql.run(
        "INSERT INTO tasks (project_id, item_id, state) SELECT project_id, id, 'OPEN' FROM items WHERE project_id = $1", project.id
    )
