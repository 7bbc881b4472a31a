"""How often rejections were overturned, by moderator, by project, by source and by basis: whose judgement needs a look."""

from __future__ import annotations

from dataclasses import dataclass

from models.verdict import VerdictBasis, VerdictSource
from ops.database import sql
from quality.wilson import wilson

# Counted over so many of the latest rejections, of everybody.
COUNTED = 20_000
# Of the groups so many are shown, those with the most overturned first.
MOST_SHOWN = 200
# From this share on, where chance does not explain it, rejections are overturned too often: of so many at the least.
TOO_OFTEN, LEAST = 0.1, 5


@dataclass(frozen=True, slots=True)
class Overturned:
    """Of one moderator, one project, one source or one basis of automatic ones: one of the four is given."""

    moderator_id: int | None
    project_id: int | None
    source: VerdictSource | None
    basis: VerdictBasis | None
    rejected: int
    appealed: int
    overturned: int

    @property
    def is_too_often(self) -> bool:
        return self.rejected >= LEAST and wilson(self.overturned, self.rejected)[0] > TOO_OFTEN


async def overturned() -> list[Overturned]:
    return [
        Overturned(
            moderator_id=row["moderator_id"],
            project_id=row["project_id"],
            source=VerdictSource(row["source"]) if row["source"] else None,
            basis=VerdictBasis(row["basis"]) if row["basis"] else None,
            rejected=row["rejected"],
            appealed=row["appealed"],
            overturned=row["overturned"],
        )
        for row in await sql.rows(_OVERTURNED, COUNTED, MOST_SHOWN)
    ]


_OVERTURNED = """
WITH last AS (
    SELECT v.annotation_id, v.decided_by_id, v.source, v.basis FROM verdicts v WHERE v.decision = 'REJECTED' ORDER BY v.id DESC LIMIT $1
)
SELECT last.decided_by_id AS moderator_id, a.project_id, last.source, last.basis, count(*)::int AS rejected, count(p.id)::int AS appealed,
    (count(*) FILTER (WHERE a.state = 'APPROVED'))::int AS overturned
FROM last JOIN annotations a ON a.id = last.annotation_id LEFT JOIN appeals p ON p.annotation_id = a.id
GROUP BY GROUPING SETS ((last.decided_by_id), (a.project_id), (last.source), (last.basis))
HAVING coalesce(last.decided_by_id, a.project_id) IS NOT NULL OR coalesce(last.source, last.basis) IS NOT NULL
ORDER BY overturned DESC, rejected DESC, moderator_id, project_id, source, basis LIMIT $2
"""
