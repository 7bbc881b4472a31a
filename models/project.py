"""A partner's job: what is asked, of whom, at what price, and the money that is set aside for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, cast

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import atomic, in_transaction

from models.errors import Conflict, InsufficientFunds, InvalidInput, NotEligible, QualificationRequired, Refused
from models.event import Event, Hint, project_topic, tasks_topic, user_topic, work_topic
from models.fields import media_in
from models.ledger import AccountKind, Entry, EntryKind, Ledger, Movement, balance, balances_of, budget, reserved
from models.organization import Organization, checked_key, require_same
from models.project_spec import TITLE_LENGTH, ProjectSpec, TaskKind, checked
from models.row import Row
from models.standing import IS_KEPT_OUT, MAY_WORK
from models.upload import Upload
from ops.database import sql
from quality.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tortoise.queryset import QuerySet


COUNTED_OPEN_TASKS = 1_000


class ProjectState(StrEnum):
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"


_WAYS = {
    ProjectState.DRAFT: {ProjectState.OPEN, ProjectState.CLOSED},
    ProjectState.OPEN: {ProjectState.PAUSED, ProjectState.CLOSED},
    ProjectState.PAUSED: {ProjectState.OPEN, ProjectState.CLOSED},
    ProjectState.CLOSED: set[ProjectState](),
}

# In SQL, of a project `p`, a person `u` and their standing `s`: why they may not work on it, as codes of the API.
# Leasing and every list ask this one place.
# A required language is met by any of its regions: "pt" by "pt-BR". Of countries and languages one is enough, of devices all are needed.
BLOCKED_BY = f"""array_remove(ARRAY[
    CASE WHEN u.email_confirmed_at IS NULL THEN 'EMAIL_UNCONFIRMED' END,
    CASE WHEN NOT {MAY_WORK} THEN 'ACCOUNT_SUSPENDED' END,
    CASE WHEN u.tutorial_passed_at IS NULL THEN 'TUTORIAL_REQUIRED' END,
    CASE WHEN (
        (p.countries = '{{}}' OR coalesce(u.country = ANY(p.countries), false))
        AND (p.languages = '{{}}' OR EXISTS (
            SELECT 1 FROM unnest(p.languages) AS wanted, unnest(u.languages) AS spoken WHERE spoken = wanted OR spoken LIKE wanted || '-%'
        ))
        AND p.devices <@ u.devices
        AND (p.min_accuracy IS NULL OR s.approved >= p.min_accuracy * nullif(s.approved + s.rejected, 0))
        AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.organization_id = p.organization_id)
        AND NOT {IS_KEPT_OUT}
    ) IS NOT TRUE THEN 'NOT_ELIGIBLE' END,
    CASE WHEN p.qualification_ids <> '{{}}' AND EXISTS (
        SELECT 1 FROM unnest(p.qualification_ids) AS needed WHERE NOT EXISTS (
            SELECT 1 FROM qualification_attempts a WHERE a.user_id = u.id AND a.qualification_id = needed AND a.state = 'PASSED'
        )
    ) THEN 'QUALIFICATION_REQUIRED' END
], NULL)"""  # noqa: S608


class Project(Row):
    organization: fields.ForeignKeyRelation[Organization] = fields.ForeignKeyField(
        "models.Organization", related_name="projects", on_delete=fields.RESTRICT
    )
    title = fields.CharField(TITLE_LENGTH)
    kind = fields.CharEnumField(TaskKind, max_length=20)
    state = fields.CharEnumField(ProjectState, max_length=10, db_default=ProjectState.DRAFT.value)
    instructions = fields.TextField()
    form = fields.JSONField[list[dict[str, Any]]]()
    examples = fields.JSONField[list[dict[str, Any]]]()
    # What one approved annotation pays, in micro-dollars.
    reward_micros = fields.BigIntField()
    overlap = fields.IntField()
    lease_seconds = fields.IntField()
    countries: list[str] = cast("list[str]", ArrayField("text", db_default=SqlDefault("'{}'")))
    languages: list[str] = cast("list[str]", ArrayField("text", db_default=SqlDefault("'{}'")))
    devices: list[str] = cast("list[str]", ArrayField("text", db_default=SqlDefault("'{}'")))
    min_accuracy = fields.FloatField(null=True)
    # The tests that must have been passed, all of them (models/qualification.py).
    qualification_ids: list[int] = cast("list[int]", ArrayField("bigint", db_default=SqlDefault("'{}'")))
    # With dynamic overlap: how many answers an item gets at most, where the first ones disagree. Null where it is fixed.
    most_overlap: int | None = fields.IntField(null=True)
    # Thresholds of the judge that are not the standard ones (quality/policy.py).
    judging: dict[str, Any] = fields.JSONField(db_default=SqlDefault("'{}'"))
    # Measured over recent work (outlook.py): what it is like, null until enough is known; what it takes at the least; and when.
    outlook: dict[str, Any] | None = fields.JSONField(null=True)
    least_seconds: float | None = fields.FloatField(null=True)
    measured_at: datetime | None = fields.DatetimeField(null=True)
    # How many times money was set aside: numbers the keys of those entries.
    reservations = fields.IntField(db_default=0)
    created_at = fields.DatetimeField(db_default=Now())
    organization_id: int

    class Meta:
        table = "projects"
        indexes = (("organization_id", "id"),)

    @classmethod
    def of(cls, user_id: int) -> QuerySet[Project]:
        """Those of the organizations that a person belongs to."""
        return cls.filter(organization__memberships__user_id=user_id)

    @classmethod
    async def offered_to(cls, user_id: int | None, after_blocked: int, after_id: int, limit: int) -> list[tuple[int, Project]]:
        """Open projects behind that key, each with 1 where it is blocked for the person and 0 where they may work on it.

        The latter come first.
        """
        rows = await sql.rows(_OFFERED, user_id, after_blocked, after_id, limit)
        return [(row["blocked"], cls.read(row)) for row in rows]

    @classmethod
    @atomic()
    async def draft(cls, organization: Organization, spec: ProjectSpec) -> Project:
        return await cls.add(organization_id=organization.id, **checked(spec))

    @atomic()
    async def update(self, spec: ProjectSpec) -> Project:
        """Form, kind, price and overlap are fixed once there are items: what was promised to annotators and set aside depends on them."""
        await self.lock()
        if self.state == ProjectState.CLOSED:
            raise Conflict("A closed project does not change.", "projectId")
        changes = checked(spec)
        fixed = {"form": "form", "kind": "kind", "reward_micros": "pricePerThousand", "overlap": "overlap"}
        changed = [api_name for name, api_name in fixed.items() if changes[name] != getattr(self, name)]
        if changed and (self.state != ProjectState.DRAFT or await sql.value("SELECT 1 FROM items WHERE project_id = $1 LIMIT 1", self.id)):
            raise Refused([Conflict("This is fixed once the project was opened or has items.", "input", name) for name in changed])
        await Project.filter(id=self.id).update(**changes)
        await sql.run(_NOTE_TESTS, self.id)
        await Hint.record(tasks_topic(self.id), project_topic(self.id))
        return await self.reread()

    def files(self) -> dict[str, Upload]:
        """What its examples show already, by hash: who writes the project again names it so and sends it no second time."""
        shown = [block for example in self.examples for block in (*example["content"], *media_in(example["answers"]))]
        return {block["sha256"]: Upload.of_block(block) for block in shown if "sha256" in block}

    async def lock(self) -> None:
        """Held by whoever sets money aside or changes the state, until their transaction ends; reads the state as it then is."""
        record = await sql.row("SELECT * FROM projects WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert record is not None
        current = Project.read(record)
        for name in self._meta.fields_db_projection:
            setattr(self, name, getattr(current, name))

    @property
    def policy(self) -> Policy:
        return Policy(**self.judging, least=self.overlap, most=self.most_overlap or self.overlap)

    def is_too_fast(self, elapsed_seconds: float | None) -> bool:
        """Whether an answer came faster than its work takes at the least, as far as that is known."""
        return self.least_seconds is not None and elapsed_seconds is not None and elapsed_seconds < self.least_seconds

    @property
    def price_micros_per_thousand(self) -> int:
        return int(self.reward_micros) * 1000

    @atomic()
    async def fund(self, amount_micros: int, *, key: str) -> None:
        """Moves the organization's money to the project and opens the tasks that waited for it. The key makes it repeatable."""
        if amount_micros <= 0:
            raise InvalidInput("An amount above zero.", "amount")
        movement = Movement(
            key=f"fund:{self.id}:{checked_key(key)}",
            kind=EntryKind.FUNDED,
            moves=[(balance(self.organization_id), -amount_micros), (budget(self.id), amount_micros)],
        )
        await Organization(id=self.organization_id).lock()
        if await Entry.exists(key=movement.key):
            return await require_same(movement)
        await self.lock()
        if self.state == ProjectState.CLOSED:
            raise Conflict("A closed project takes no money.", "projectId")
        if await balance(self.organization_id).balance() < amount_micros:
            raise InsufficientFunds("The organization's balance is smaller than that.", "amount")
        await Ledger.post(movement)
        await self.open_tasks()
        return None

    @atomic()
    async def set_state(self, state: ProjectState) -> None:
        """DRAFT → OPEN ⇄ PAUSED → CLOSED. Closing ends leases and returns all money that no annotation may still earn."""
        await self.lock()
        if state == self.state:
            return
        if state not in _WAYS[self.state]:
            raise Conflict(f"A project that is {self.state.value} cannot become {state.value}.", "state")
        await sql.run("UPDATE projects SET state = $2 WHERE id = $1", self.id, state.value)
        self.state = state
        if state == ProjectState.OPEN:
            await sql.run(_NOTE_TESTS, self.id)
            await self.open_tasks()
        if state == ProjectState.CLOSED:
            await self._close()
        await Hint.record(tasks_topic(self.id), project_topic(self.id))

    async def open_tasks(self) -> int:
        """Opens as many waiting tasks as the budget pays for, and sets their rewards aside in one entry; how many.

        The caller holds the project's lock.
        """
        if self.state != ProjectState.OPEN:
            return 0
        affordable = await budget(self.id).balance() // self.reward_micros
        if affordable <= 0:
            return 0
        opened = await sql.run(_OPEN_TASKS, self.id, affordable)
        if opened:
            self.reservations += 1
            await sql.run("UPDATE projects SET reservations = $2 WHERE id = $1", self.id, self.reservations)
            amount = opened * self.reward_micros
            await Ledger.post(
                Movement(
                    key=f"reserve:{self.id}:{self.reservations}",
                    kind=EntryKind.RESERVED,
                    moves=[(budget(self.id), -amount), (reserved(self.id), amount)],
                )
            )
            await Hint.record(tasks_topic(self.id), project_topic(self.id))
        return opened

    @classmethod
    async def open_affordable(cls, most: int = 100) -> int:
        """Opens tasks that wait although their budget pays for them: of what was given back while nobody held the project. How many."""
        waiting = {row["id"]: row["reward_micros"] for row in await sql.rows(_WITH_WAITING_TASKS)}
        budgets = await balances_of((AccountKind.BUDGET,), list(waiting))
        opened = 0
        for project_id in [each for each, reward in waiting.items() if budgets[each] >= reward][:most]:
            async with in_transaction():
                project = await cls.get(id=project_id)
                await project.lock()
                opened += await project.open_tasks()
        return opened

    async def give_back(self, tasks: int, key: str) -> None:
        """Returns the rewards of tasks that will not be done from reserved to the budget. The caller holds the project, or the tasks."""
        amount = tasks * self.reward_micros
        if amount:
            moves = [(reserved(self.id), -amount), (budget(self.id), amount)]
            # The caller has just closed these tasks: what was given back under this key before is other money.
            name, again = key, count(2)
            while not await Ledger.post(Movement(key=f"unreserve:{self.id}:{name}", kind=EntryKind.UNRESERVED, moves=moves)):
                name = f"{key}:{next(again)}"

    async def blocked_by(self, user_id: int) -> list[str]:
        return (await blocked_by([self.id], user_id))[self.id]

    async def require_eligible(self, user_id: int) -> None:
        """Raises NotEligible where it is not offered to the person's profile, and QualificationRequired before its tests are passed."""
        blocked = await self.blocked_by(user_id)
        if "NOT_ELIGIBLE" in blocked:
            raise NotEligible("This project is not offered to your profile.", "projectId")
        if "QUALIFICATION_REQUIRED" in blocked:
            raise QualificationRequired("This project has a test to pass first.", "projectId")

    async def _close(self) -> None:
        await sql.run(_CLOSE_TASKS, self.id)
        await release_leases("project_id", self.id)
        free, aside = await budget(self.id).balance(), await reserved(self.id).balance()
        if free + aside:
            moves = [(budget(self.id), -free), (reserved(self.id), -aside), (balance(self.organization_id), free + aside)]
            await Ledger.post(Movement(key=f"close:{self.id}", kind=EntryKind.CLOSED, moves=[move for move in moves if move[1]]))


_OFFERED = f"""
SELECT * FROM (
    SELECT p.*, ({BLOCKED_BY} <> '{{}}')::int AS blocked
    FROM projects p LEFT JOIN (users u JOIN standings s ON s.user_id = u.id) ON u.id = $1 WHERE p.state = 'OPEN'
) AS offered WHERE (blocked, id) > ($2::int, $3::bigint) ORDER BY blocked, id LIMIT $4
"""  # noqa: S608
_OPEN_TASKS = """
UPDATE tasks SET state = 'OPEN' WHERE id IN (
    SELECT t.id FROM tasks t WHERE t.project_id = $1 AND t.state = 'WAITING'
        AND NOT EXISTS (SELECT 1 FROM items i WHERE i.id = t.item_id AND i.held_at IS NOT NULL)
    ORDER BY t.round, t.id LIMIT $2 FOR NO KEY UPDATE OF t
)
"""
_WITH_WAITING_TASKS = """
SELECT p.id, p.reward_micros FROM projects p WHERE p.state = 'OPEN' AND EXISTS (
    SELECT 1 FROM tasks t JOIN items i ON i.id = t.item_id WHERE t.project_id = p.id AND t.state = 'WAITING' AND i.held_at IS NULL
) ORDER BY p.id
"""
# Each test of an open project is told of once.
_NOTE_TESTS = """
INSERT INTO qualification_notices (project_id, qualification_id)
SELECT id, unnest(qualification_ids) FROM projects WHERE id = $1 AND state = 'OPEN' ON CONFLICT DO NOTHING
"""
# Locked in the order of their ids, as all who lock several tasks or assignments do.
_CLOSE_TASKS = """
UPDATE tasks SET state = 'CLOSED' WHERE id IN (
    SELECT id FROM tasks WHERE project_id = $1 AND state IN ('WAITING', 'OPEN', 'LEASED', 'HELD') ORDER BY id FOR NO KEY UPDATE
)
"""


async def release_leases(column: Literal["project_id", "item_id"], number: int) -> None:
    """Ends the leases of tasks that were closed, and tells their people. The caller closed the tasks before."""
    ended = await sql.rows(
        f"""
        UPDATE assignments SET state = 'RELEASED', ended_at = now() WHERE id IN (
            SELECT id FROM assignments WHERE {column} = $1 AND state = 'LEASED' ORDER BY id FOR NO KEY UPDATE
        ) RETURNING id, annotator_id
        """,  # noqa: S608
        number,
    )
    await Event.record_each("AssignmentEnded", [(user_topic(row["annotator_id"]), {"assignment": row["id"]}) for row in ended])
    if ended:
        await Hint.record(*(work_topic(row["annotator_id"]) for row in ended))


async def blocked_by(project_ids: Sequence[int], user_id: int) -> dict[int, list[str]]:
    """Why a person may not work on each of these projects; empty where they may."""
    rows = await sql.rows(
        f"""
        SELECT p.id, {BLOCKED_BY} AS blocked_by FROM projects p JOIN users u ON u.id = $2 JOIN standings s ON s.user_id = u.id
        WHERE p.id = ANY($1::bigint[])
        """,  # noqa: S608
        list(project_ids),
        user_id,
    )
    return {row["id"]: row["blocked_by"] for row in rows}


async def open_tasks(project_ids: Sequence[int]) -> dict[int, int]:
    """Open tasks of each project, gold left out, counted up to COUNTED_OPEN_TASKS."""
    rows = await sql.rows(
        """
        SELECT p.id, (SELECT count(*) FROM (
            SELECT 1 FROM tasks t WHERE t.project_id = p.id AND t.state = 'OPEN' AND NOT t.is_gold LIMIT $2
        ) AS counted) AS n
        FROM unnest($1::bigint[]) AS p(id)
        """,
        list(project_ids),
        COUNTED_OPEN_TASKS,
    )
    return {row["id"]: row["n"] for row in rows}
