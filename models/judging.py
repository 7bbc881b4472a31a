"""How a project's answers come to be judged: by whom, how much they agree, and how its known answers fare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.audit_sample import error_rates
from models.item import Item
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tortoise.queryset import QuerySet

# Verdicts and results looked at, the latest: what holds now, at a cost that does not grow with the project.
LATEST = 1_000


@dataclass(frozen=True, slots=True)
class Judging:
    """Of the LATEST first verdicts how many came from where; the mean agreement of the LATEST results, in [0, 1], null without any of
    several answers; and of what the judge decided how much was looked at again, and was wrong."""

    by_gold: int
    by_consensus: int
    by_moderators: int
    agreement: float | None
    audited: int
    wrong: int


async def judging_of(project_ids: Sequence[int]) -> dict[int, Judging]:
    rows = await sql.rows(_JUDGING, list(project_ids), LATEST)
    audits = await error_rates(project_ids)
    judged: dict[int, Judging] = {}
    for row in rows:
        audited, wrong = audits.get(row["id"], (0, 0))
        judged[row["id"]] = Judging(
            row["by_gold"], row["by_consensus"], row["by_moderators"], row["agreement"], audited=audited, wrong=wrong
        )
    return judged


def gold_of(project_id: int) -> QuerySet[Item]:
    """Items with a known answer, those that were taken out because good annotators failed them included."""
    return Item.filter(project_id=project_id, gold__not_isnull=True, removed_at=None)


_JUDGING = """
SELECT p.id, v.by_gold, v.by_consensus, v.by_moderators, r.agreement FROM unnest($1::bigint[]) AS p(id), LATERAL (
    SELECT count(*) FILTER (WHERE first.basis = 'GOLD')::int AS by_gold,
        count(*) FILTER (WHERE first.basis = 'CONSENSUS')::int AS by_consensus,
        count(*) FILTER (WHERE first.source = 'MODERATOR')::int AS by_moderators
    FROM (
        SELECT annotation_id FROM reviews WHERE project_id = p.id AND decided_at IS NOT NULL ORDER BY id DESC LIMIT $2
    ) AS decided, LATERAL (
        SELECT source, basis FROM verdicts WHERE annotation_id = decided.annotation_id ORDER BY id LIMIT 1
    ) AS first
) AS v, LATERAL (
    SELECT avg(agreement) AS agreement FROM (
        SELECT agreement FROM items WHERE project_id = p.id AND completed_xid IS NOT NULL ORDER BY completed_xid DESC, id DESC LIMIT $2
    ) AS done
) AS r
"""
