"""Figures of a project's judging that grow with it, kept by a duty as verdicts fall and items are done: nobody's request counts them.

Each verdict and each finished item is counted once. Days are of UTC; what was overturned is counted on the day of its rejection.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tortoise.transactions import atomic

from models.annotation import Annotation, AnnotationState
from models.item import Item
from models.project import Project
from models.watched import SETTLED, move, position
from ops.database import sql
from quality.confusion import confused
from quality.likeness import likeness, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, timedelta

    from quality.confusion import Cell

# So many days are shown at once.
MOST_DAYS = 90
# Items are counted in rounds that hold nobody up: fifty drawings of as many shapes take tenths of a second.
ITEMS_AT_ONCE = 20
# What stands in a table for no class.
NONE = ""


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """First verdicts of a day and what they rest on, those of gold that approved; the rejections, and those of them overturned since.

    And the items that were done, how many of them have several answers, and those answers' agreement on the mean, in [0, 1].
    """

    day: date
    by_gold: int
    gold_right: int
    by_consensus: int
    by_moderators: int
    rejected: int
    overturned: int
    results: int
    compared: int
    agreement: float | None


@dataclass(frozen=True, slots=True)
class JudgedField:
    """Answers that were held against what is right in a field, how many were right, how alike two of them are on the mean (None without
    two), and which class was given how often for which: both by key, None for nothing."""

    answers: int
    right: int
    agreement: float | None
    cells: dict[Cell, int]


NOT_JUDGED = JudgedField(0, 0, None, {})


async def count_judged() -> int:
    """Counts verdicts and finished items that are new; how many."""
    return await count_verdicts() + await count_results()


@atomic()
async def count_verdicts(most: int = 500, *, settled: timedelta = SETTLED) -> int:
    reached = await position("verdicts")
    if reached is None:
        return 0
    new = await sql.rows(_NEW_VERDICTS, reached, most, settled)
    if not new:
        return 0
    await sql.run(_COUNT_VERDICTS, [row["id"] for row in new])
    by_gold = [row["annotation_id"] for row in new if row["basis"] == "GOLD"]
    for project, batch in await _by_project(await Annotation.filter(id__in=by_gold).prefetch_related("item")):
        tally = Tally(project)
        for annotation in batch:
            # What is known now: a known answer never changes.
            tally.add(annotation.item.gold or [], [annotation])
        await tally.keep()
    await move("verdicts", new[-1]["id"])
    return len(new)


@atomic()
async def count_results(most: int = ITEMS_AT_ONCE) -> int:
    # Its lock alone is wanted, for both write the same rows: what is counted already says so itself.
    if await position("verdicts") is None:
        return 0
    items = await Item.rows(_NOT_COUNTED, most)
    if not items:
        return 0
    ids = [item.id for item in items]
    done = {item.id: item for item in items}
    judged = await Annotation.filter(item_id__in=ids).exclude(state=AnnotationState.IN_REVIEW).order_by("id")
    for project, batch in await _by_project(judged):
        tally = Tally(project)
        for item_id in sorted({annotation.item_id for annotation in batch}):
            answers = [annotation for annotation in batch if annotation.item_id == item_id]
            # A single answer is what it comes to.
            if len(answers) > 1:
                tally.add(done[item_id].consensus or [], answers, compare=True)
        await tally.keep()
    await sql.run(_COUNT_RESULTS, ids)
    return len(items)


async def days_of(project_ids: Sequence[int]) -> dict[int, list[JudgedDay]]:
    """Of each project the latest MOST_DAYS on which anything was judged, oldest first."""
    days: dict[int, list[JudgedDay]] = {project_id: [] for project_id in project_ids}
    for row in await sql.rows(_DAYS, list(project_ids), MOST_DAYS):
        values = dict(row)
        days[values.pop("project_id")].append(JudgedDay(**values))
    return days


async def fields_of(project_ids: Sequence[int]) -> dict[int, dict[str, JudgedField]]:
    """Of each project its fields of which anything was counted, by key."""
    cells: dict[tuple[int, str], dict[Cell, int]] = {}
    for row in await sql.rows("SELECT * FROM confusions WHERE project_id = ANY($1::bigint[])", list(project_ids)):
        cells.setdefault((row["project_id"], row["field"]), {})[row["wanted"] or None, row["given"] or None] = row["times"]
    found: dict[int, dict[str, JudgedField]] = {project_id: {} for project_id in project_ids}
    for row in await sql.rows("SELECT * FROM judged_fields WHERE project_id = ANY($1::bigint[])", list(project_ids)):
        agreement = row["agreement"] / row["compared"] if row["compared"] else None
        of_it = cells.get((row["project_id"], row["field"]), {})
        found[row["project_id"]][row["field"]] = JudgedField(row["answers"], row["answers_right"], agreement, of_it)
    return found


@dataclass
class Tally:
    """What a batch adds to the figures of a project's fields."""

    project: Project
    answers: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    agreement: dict[str, float] = field(default_factory=dict)
    cells: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, known: Sequence[dict[str, Any]], annotations: Sequence[Annotation], *, compare: bool = False) -> None:
        """Answers to one item beside what is right; `compare`: how alike they are besides."""
        wanted, given = values_of(known), [values_of(annotation.answers) for annotation in annotations]
        for each in self.project.form:
            key, said = each["key"], [values.get(each["key"]) for values in given]
            if key in wanted:
                for value in said:
                    self._hold(each, wanted[key], value)
            if compare:
                alike = [likeness(each, one, other, self.project.policy) for one, other in combinations(said, 2)]
                self.compared[key] += 1
                self.agreement[key] = self.agreement.get(key, 0.0) + sum(alike) / len(alike)

    def _hold(self, asked: dict[str, Any], wanted: Any, given: Any) -> None:
        found, key = confused(asked, wanted, given, self.project.policy), asked["key"]
        self.answers[key] += 1
        self.right[key] += found.right
        for (one, other), times in found.cells.items():
            self.cells[key, one or NONE, other or NONE] += times

    async def keep(self) -> None:
        keys = sorted(self.answers.keys() | self.compared.keys())
        await sql.run(
            _ADD_FIELDS,
            self.project.id,
            keys,
            [self.answers[key] for key in keys],
            [self.right[key] for key in keys],
            [self.compared[key] for key in keys],
            [self.agreement.get(key, 0.0) for key in keys],
        )
        cells = sorted(self.cells)
        columns = [[cell[n] for cell in cells] for n in range(3)]
        await sql.run(_ADD_CELLS, self.project.id, *columns, [self.cells[cell] for cell in cells])


async def _by_project(annotations: Sequence[Annotation]) -> list[tuple[Project, list[Annotation]]]:
    projects = await Project.filter(id__in=list({each.project_id for each in annotations})).order_by("id")
    return [(project, [each for each in annotations if each.project_id == project.id]) for project in projects]


_NEW_VERDICTS = "SELECT id, annotation_id, basis FROM verdicts WHERE id > $1 AND decided_at < now() - $3::interval ORDER BY id LIMIT $2"
_COUNT_VERDICTS = """
INSERT INTO judged_days AS d (project_id, day, by_gold, gold_right, by_consensus, by_moderators, rejected, overturned)
SELECT a.project_id, (first.decided_at AT TIME ZONE 'UTC')::date AS day,
    (count(*) FILTER (WHERE v.basis = 'GOLD'))::int,
    (count(*) FILTER (WHERE v.basis = 'GOLD' AND v.decision = 'APPROVED'))::int,
    (count(*) FILTER (WHERE v.basis = 'CONSENSUS'))::int,
    (count(*) FILTER (WHERE v.source = 'MODERATOR'))::int,
    (count(*) FILTER (WHERE v.decision = 'REJECTED'))::int,
    (count(*) FILTER (WHERE v.source = 'APPEAL'))::int
FROM verdicts v JOIN annotations a ON a.id = v.annotation_id
JOIN verdicts first ON first.annotation_id = v.annotation_id AND first.source <> 'APPEAL'
WHERE v.id = ANY($1::bigint[]) GROUP BY 1, 2
ON CONFLICT (project_id, day) DO UPDATE SET by_gold = d.by_gold + excluded.by_gold, gold_right = d.gold_right + excluded.gold_right,
    by_consensus = d.by_consensus + excluded.by_consensus, by_moderators = d.by_moderators + excluded.by_moderators,
    rejected = d.rejected + excluded.rejected, overturned = d.overturned + excluded.overturned
"""
_NOT_COUNTED = """
SELECT * FROM items WHERE completed_at IS NOT NULL AND counted_at IS NULL AND consensus IS NOT NULL
ORDER BY id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
"""
_COUNT_RESULTS = """
WITH counted AS (
    UPDATE items SET counted_at = now() WHERE id = ANY($1::bigint[]) RETURNING project_id, completed_at, agreement
)
INSERT INTO judged_days AS d (project_id, day, results, compared, agreement)
SELECT project_id, (completed_at AT TIME ZONE 'UTC')::date, count(*)::int, count(agreement)::int, coalesce(sum(agreement), 0)
FROM counted GROUP BY 1, 2
ON CONFLICT (project_id, day) DO UPDATE SET results = d.results + excluded.results, compared = d.compared + excluded.compared,
    agreement = d.agreement + excluded.agreement
"""
_ADD_FIELDS = """
INSERT INTO judged_fields AS f (project_id, field, answers, answers_right, compared, agreement)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::int[], $5::int[], $6::float[])
ON CONFLICT (project_id, field) DO UPDATE SET answers = f.answers + excluded.answers,
    answers_right = f.answers_right + excluded.answers_right, compared = f.compared + excluded.compared,
    agreement = f.agreement + excluded.agreement
"""
_ADD_CELLS = """
INSERT INTO confusions AS c (project_id, field, wanted, given, times)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::int[])
ON CONFLICT (project_id, field, wanted, given) DO UPDATE SET times = c.times + excluded.times
"""
_DAYS = """
SELECT d.project_id, d.day, d.by_gold, d.gold_right, d.by_consensus, d.by_moderators, d.rejected, d.overturned, d.results, d.compared,
    d.agreement / nullif(d.compared, 0) AS agreement
FROM unnest($1::bigint[]) AS p(id), LATERAL (SELECT * FROM judged_days WHERE project_id = p.id ORDER BY day DESC LIMIT $2) AS d
ORDER BY d.project_id, d.day
"""
