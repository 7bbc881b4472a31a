"""How far projects are: what their partners watch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Progress:
    """Gold items ask for no answers of their own and do not count, nor do those that their partner removed."""

    items: int
    done: int
    tasks_open: int
    tasks_leased: int
    in_review: int
    approved: int
    rejected: int
    spent_micros: int


async def progress_of(project_ids: Sequence[int]) -> dict[int, Progress]:
    rows = await sql.rows(_PROGRESS, list(project_ids))
    return {row["id"]: Progress(**{name: row[name] for name in Progress.__slots__}) for row in rows}


_PROGRESS = """
SELECT p.id,
    (SELECT count(*) FROM items i WHERE i.project_id = p.id AND i.gold IS NULL AND i.removed_at IS NULL)::int AS items,
    (SELECT count(*) FROM items i WHERE i.project_id = p.id AND i.completed_xid IS NOT NULL)::int AS done,
    (SELECT count(*) FROM tasks t WHERE t.project_id = p.id AND t.state = 'OPEN' AND NOT t.is_gold)::int AS tasks_open,
    (SELECT count(*) FROM tasks t WHERE t.project_id = p.id AND t.state = 'LEASED' AND NOT t.is_gold)::int AS tasks_leased,
    coalesce(a.in_review, 0)::int AS in_review, coalesce(a.approved, 0)::int AS approved, coalesce(a.rejected, 0)::int AS rejected,
    coalesce(a.spent, 0)::bigint AS spent_micros
FROM unnest($1::bigint[]) AS p(id) LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'IN_REVIEW') AS in_review, count(*) FILTER (WHERE state = 'APPROVED') AS approved,
        count(*) FILTER (WHERE state = 'REJECTED') AS rejected, sum(reward_micros) FILTER (WHERE state = 'APPROVED') AS spent
    FROM annotations WHERE project_id = p.id
) AS a ON true
"""
