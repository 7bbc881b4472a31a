"""What working on a project has been like, measured over its last verdicts and kept with it: nobody's request measures anything."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ops.database import sql

if TYPE_CHECKING:
    from models.project import Project

# Measured over so many verdicts, and told from so many on.
MEASURED, LEAST_DECIDED = 200, 20
# Work that took less than this part of what the fifth fastest takes was not looked at; told from so many approved ones on.
HASTE_PART, HASTE_SHARE, HASTE_KNOWN = 0.25, 0.2, 50
MEASURED_EVERY = "10 minutes"
# Nobody does anything in less: a client that counts nothing makes no hour's pay infinite.
LEAST_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Outlook:
    """`seconds` is the median of active work a task, `hourly_micros` what approved work paid at that pace; the rates are in [0, 1]:
    of the verdicts those that rejected, and of the rejections those that were overturned."""

    seconds: float
    hourly_micros: int
    rejection_rate: float
    overturn_rate: float
    verdict_seconds: float


def outlook_of(project: Project) -> Outlook | None:
    return None if project.outlook is None else Outlook(**project.outlook)


async def measure_due(most: int = 50) -> int:
    """Measures projects that were not measured for a while; how many."""
    due = await sql.rows(_DUE, most)
    for row in due:
        await measure(row["id"])
    return len(due)


async def measure(project_id: int) -> None:
    row = await sql.row(_MEASURE, project_id, MEASURED, HASTE_SHARE)
    assert row is not None
    outlook = None
    if row["decided"] >= LEAST_DECIDED and row["seconds"] is not None:
        seconds = max(row["seconds"], LEAST_SECONDS)
        outlook = Outlook(
            seconds=round(seconds, 3),
            hourly_micros=round(row["reward_micros"] * 3600 / seconds),
            rejection_rate=row["rejected"] / row["decided"],
            overturn_rate=row["overturned"] / row["rejected"] if row["rejected"] else 0.0,
            verdict_seconds=round(row["verdict_seconds"], 3),
        )
    least_seconds = row["fast_seconds"] * HASTE_PART if row["timed"] >= HASTE_KNOWN else None
    await sql.run(
        "UPDATE projects SET outlook = $2::jsonb, least_seconds = coalesce($3, least_seconds), measured_at = now() WHERE id = $1",
        project_id,
        None if outlook is None else json.dumps(asdict(outlook)),
        least_seconds,
    )


_DUE = f"""
SELECT id FROM projects WHERE state IN ('OPEN', 'PAUSED') AND (measured_at IS NULL OR measured_at < now() - interval '{MEASURED_EVERY}')
ORDER BY measured_at NULLS FIRST LIMIT $1
"""  # noqa: S608
# Over the last so many that were decided, by their index: what it costs does not grow with the project.
_MEASURE = """
WITH last AS (
    SELECT a.id, a.state, a.submitted_at, a.active_seconds, a.elapsed_seconds
    FROM (SELECT annotation_id FROM reviews WHERE project_id = $1 AND decided_at IS NOT NULL ORDER BY id DESC LIMIT $2) AS r
    JOIN annotations a ON a.id = r.annotation_id
), judged AS (
    SELECT last.*, v.decision, v.decided_at FROM last JOIN verdicts v ON v.annotation_id = last.id AND v.source <> 'APPEAL'
)
SELECT (SELECT reward_micros FROM projects WHERE id = $1) AS reward_micros,
    count(*)::int AS decided, count(*) FILTER (WHERE decision = 'REJECTED')::int AS rejected,
    count(*) FILTER (WHERE decision = 'REJECTED' AND state = 'APPROVED')::int AS overturned,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(active_seconds, elapsed_seconds)) FILTER (WHERE state = 'APPROVED') AS seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM decided_at - submitted_at)) AS verdict_seconds,
    count(elapsed_seconds) FILTER (WHERE state = 'APPROVED')::int AS timed,
    percentile_cont($3::float) WITHIN GROUP (ORDER BY elapsed_seconds) FILTER (WHERE state = 'APPROVED') AS fast_seconds
FROM judged
"""
