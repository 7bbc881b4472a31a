"""Tests that a partner makes of gold: who passes may work on the projects that ask for it. Each person draws their own questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import atomic

from models.errors import InvalidInput, NotFound, Refusal, Refused
from models.organization import Organization
from models.project import BLOCKED_BY, Project
from models.row import Row
from models.text import one_line, prose
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tortoise.queryset import QuerySet

TITLE_LENGTH = 120
GUIDE_LENGTH = 20_000
# A test is minutes of unpaid work.
QUESTIONS = range(1, 51)
MOST_IN_POOL = 1_000
# Three months: a wait that is longer is a refusal.
RETRY_HOURS = range(24 * 90 + 1)


@dataclass(frozen=True, slots=True)
class QualificationSpec:
    """What a partner writes of a test, before it is checked. `pool` are ids of the project's gold items; empty: all of its gold."""

    title: str
    guide: str
    pass_score: float
    retry_hours: int
    question_count: int
    pool: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class QualificationFigures:
    """Attempts that were decided, and how many of them were passed."""

    attempts: int
    passed: int

    @property
    def pass_rate(self) -> float | None:
        return self.passed / self.attempts if self.attempts else None


class Qualification(Row):
    organization: fields.ForeignKeyRelation[Organization] = fields.ForeignKeyField(
        "models.Organization", related_name="qualifications", on_delete=fields.RESTRICT
    )
    # Whose gold is asked, in its form.
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="qualifications", on_delete=fields.RESTRICT
    )
    title = fields.CharField(TITLE_LENGTH)
    guide = fields.TextField()
    # The share of right answers needed, in [0, 1].
    pass_score = fields.FloatField()
    retry_hours = fields.IntField()
    question_count = fields.IntField()
    # The items that questions are drawn from; empty: all gold of the project.
    pool: list[int] = cast("list[int]", ArrayField("bigint", db_default=SqlDefault("'{}'")))
    created_at = fields.DatetimeField(db_default=Now())
    organization_id: int
    project_id: int

    class Meta:
        table = "qualifications"
        indexes = (("organization_id", "id"),)

    @classmethod
    @atomic()
    async def make(cls, project: Project, spec: QualificationSpec) -> Qualification:
        """A test of the project's gold. Raises all that is wrong with it at once, by path."""
        columns = _checked(spec)
        errors = await _missing(project, spec)
        if errors:
            raise Refused(errors)
        return await cls.add(organization_id=project.organization_id, project_id=project.id, **columns)

    @classmethod
    def of(cls, organization_id: int) -> QuerySet[Qualification]:
        return cls.filter(organization_id=organization_id)

    async def is_open_to(self, user_id: int) -> bool:
        """Whether an open project asks for it, or the person has attempted it."""
        return bool(await sql.value(_IS_OPEN_TO, self.id, user_id))

    @staticmethod
    async def figures(qualification_ids: Sequence[int]) -> dict[int, QualificationFigures]:
        rows = await sql.rows(_FIGURES, list(qualification_ids))
        found = {row["qualification_id"]: QualificationFigures(row["attempts"], row["passed"]) for row in rows}
        return {each: found.get(each, QualificationFigures(0, 0)) for each in qualification_ids}


async def _missing(project: Project, spec: QualificationSpec) -> list[Refusal]:
    """What the project has not that the test would ask."""
    if spec.pool:
        gold = {row["id"] for row in await sql.rows(f"{_GOLD} AND i.id = ANY($2::bigint[])", project.id, list(spec.pool))}
        foreign = [n for n, item_id in enumerate(spec.pool) if item_id not in gold]
        if foreign:
            return [NotFound("This is no gold item of the project.", "input", "itemIds", str(n)) for n in foreign]
    available = len(spec.pool) or len(await sql.rows(f"{_GOLD} LIMIT $2", project.id, spec.question_count))
    if available < spec.question_count:
        return [InvalidInput(f"There are only {available} gold items to ask: bring more, or ask fewer.", "input", "questionCount")]
    return []


def _checked(spec: QualificationSpec) -> dict[str, Any]:
    """The columns of a spec. Raises all that is wrong with it at once."""
    errors: list[Refusal] = []
    columns: dict[str, Any] = {}

    def check(name: str, value: Callable[[], Any]) -> None:
        try:
            columns[name] = value()
        except Refusal as refusal:
            errors.append(refusal)

    check("title", lambda: one_line(spec.title, TITLE_LENGTH, "The title", "input", "title"))
    check("guide", lambda: prose(spec.guide, GUIDE_LENGTH, "The guide", "input", "guide"))
    check("pass_score", lambda: _share(spec.pass_score))
    check("retry_hours", lambda: _within(spec.retry_hours, RETRY_HOURS, "retryHours"))
    check("question_count", lambda: _within(spec.question_count, QUESTIONS, "questionCount"))
    check("pool", lambda: _pool(spec.pool))
    if errors:
        raise Refused(errors)
    return columns


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise InvalidInput("A share between 0 and 1.", "input", "passScore")
    return value


def _within(value: int, allowed: range, name: str) -> int:
    if value not in allowed:
        raise InvalidInput(f"Between {allowed.start:,} and {allowed.stop - 1:,}.", "input", name)
    return value


def _pool(item_ids: Sequence[int]) -> list[int]:
    if len(item_ids) > MOST_IN_POOL:
        raise InvalidInput(f"At most {MOST_IN_POOL:,} items.", "input", "itemIds")
    for n, item_id in enumerate(item_ids):
        if item_id in item_ids[:n]:
            raise InvalidInput("This item is named twice.", "input", "itemIds", str(n))
    return list(item_ids)


# Of an item `i`: whether it can be asked.
ASKABLE = "i.gold IS NOT NULL AND i.gold_retired_at IS NULL AND i.held_at IS NULL AND i.removed_at IS NULL"
_GOLD = f"SELECT i.id FROM items i WHERE i.project_id = $1 AND {ASKABLE}"  # noqa: S608
# Of a person: the tests that stand alone between them and an open project.
WANTED = f"""
SELECT unnest(p.qualification_ids) FROM projects p JOIN users u ON u.id = $1 JOIN standings s ON s.user_id = u.id
WHERE p.state = 'OPEN' AND p.qualification_ids <> '{{}}' AND {BLOCKED_BY} <@ ARRAY['QUALIFICATION_REQUIRED']
"""  # noqa: S608
_IS_OPEN_TO = """
SELECT EXISTS (SELECT 1 FROM projects WHERE state = 'OPEN' AND qualification_ids <> '{}' AND qualification_ids @> ARRAY[$1::bigint])
    OR EXISTS (SELECT 1 FROM qualification_attempts WHERE user_id = $2 AND qualification_id = $1)
"""
_FIGURES = """
SELECT qualification_id, count(*)::int AS attempts, (count(*) FILTER (WHERE state = 'PASSED'))::int AS passed
FROM qualification_attempts WHERE qualification_id = ANY($1::bigint[]) AND state IN ('PASSED', 'FAILED') GROUP BY 1
"""
