"""Leasing: the same statement over 10,000 and over 1,000,000 open tasks, beside bare asyncpg and beside an ORM's way of doing it.

Every variant is measured in turns, so that what the machine does besides falls on all of them alike.
"""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

import asyncpg
from tortoise.transactions import in_transaction

from bench.stage import an_annotator, own_servers
from models import Assignment, Organization, Project, ProjectSpec, ProjectState, Role, Task, TaskKind, TaskState, User
from models.leasing import LEASE, Waiter
from ops.database import connected, migrate, sql
from ops.settings import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bench.targets import Result

SMALL, LARGE = 10_000, 1_000_000
TURNS = 8
# Leases of one variant in one turn; each by another annotator, who then holds one task.
A_TURN = 60
BATCH = 20
WARM_UP = 20
# PostgreSQL plans a statement anew the first times.
PLANNED_ANEW = 5
PROJECTS = 10
OPTIONS = [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]
FORM = [{"key": "seen", "label": "Seen?", "kind": {"choice": {"options": OPTIONS, "multiple": False}}}]

Lease = Callable[[int], Awaitable[object]]


@dataclass
class Timed:
    """Seconds of single leases, and this process's CPU seconds for all of them."""

    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def p50_ms(self) -> float:
        return median(self.seconds) * 1e3

    @property
    def rate(self) -> float:
        """A second, one after the other: by the median turn, as a hiccup of the machine is nobody's rate."""
        turns = [self.seconds[n : n + A_TURN] for n in range(0, len(self.seconds), A_TURN)]
        return median(len(turn) / sum(turn) for turn in turns)

    @property
    def cpu_us(self) -> float:
        return self.cpu / len(self.seconds) * 1e6


async def run(result: Result) -> None:
    async with own_servers():
        small, large = await _database("small", SMALL), await _database("large", LARGE)
        ours = {url: Timed() for url in (small, large)}
        bare, orm, batch, for_many = Timed(), Timed(), Timed(), Timed()
        for _ in range(TURNS):
            for url in (small, large):
                async with _turn(url) as people:
                    await _timed(ours[url], people, _ours)
            async with _turn(small) as people, _prepared(small, people) as lease:
                await _timed(bare, people, lease)
            async with _turn(small) as people:
                await _timed(orm, people, _by_the_orm)
            async with _turn(small) as people:
                await _timed(batch, people[:6], lambda user: Assignment.lease(user, up_to=BATCH))
            async with _turn(small) as people, _for_many(people) as lease:
                await _timed(for_many, people[::BATCH], lease)
        variants = {"ours": ours[small], "bare asyncpg": bare, "Tortoise ORM": orm}
        _tell(result, variants, ours[large])
        _tell_batches(result, orm, ours[small], batch, for_many)


def _tell(result: Result, variants: dict[str, Timed], large: Timed) -> None:
    small, bare, orm = variants.values()
    result.add(f"lease p50, {SMALL:,} open tasks", small.p50_ms, "ms")
    result.add(f"lease p50, {LARGE:,} open tasks", large.p50_ms, "ms")
    result.add("lease p50, same SQL by bare prepared asyncpg", bare.p50_ms, "ms")
    result.add("lease p50, Tortoise ORM with select_for_update(skip_locked)", orm.p50_ms, "ms")
    for name, timed in variants.items():
        result.add(f"leases a second, one at a time, {name}", timed.rate, "1/s")
    for name, timed in variants.items():
        result.add(f"CPU of the process, {name}", timed.cpu_us, "µs a lease")
    result.hold("lease p50, 1,000,000 open tasks over 10,000", large.p50_ms / small.p50_ms)
    result.hold("lease rate over the same SQL by bare prepared asyncpg", small.rate / bare.rate)


def _tell_batches(result: Result, orm: Timed, single: Timed, batch: Timed, for_many: Timed) -> None:
    """Where one statement leases for many, each takes one task, as streams that wake up do. CPU is this process's: the database does for
    all of them what it would do for the ORM's statements."""
    result.add(f"CPU of the process, ours, {BATCH} at once for one person", batch.cpu_us / BATCH, "µs a lease")
    result.add(f"CPU of the process, ours, one each for {BATCH} people", for_many.cpu_us / BATCH, "µs a lease")
    result.add(f"p50 of the statement that leases one each for {BATCH} people", for_many.p50_ms, "ms")
    result.hold("lease CPU, Tortoise ORM over ours, one at a time", orm.cpu_us / single.cpu_us)
    result.hold("lease CPU, Tortoise ORM over ours, batches of 20", orm.cpu_us / (for_many.cpu_us / BATCH))


async def _ours(user_id: int) -> None:
    assert await Assignment.lease(user_id, up_to=1)


@asynccontextmanager
async def _for_many(people: list[int]) -> AsyncIterator[Lease]:
    """For the person and those who follow, BATCH in all, in one statement. Warm, as the others are."""
    project: int = await sql.value("SELECT project_id FROM tasks WHERE state = 'OPEN' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")

    async def lease(user_id: int) -> None:
        first = people.index(user_id)
        waiters = [Waiter(each, 1, is_of_project=False) for each in people[first : first + BATCH]]
        leased, _ = await Assignment.lease_for(project, waiters)
        assert len(leased) == BATCH

    for _ in range(PLANNED_ANEW + 1):
        await lease(people[0])
        await _done()
    yield lease


@asynccontextmanager
async def _prepared(url: str, people: list[int]) -> AsyncIterator[Lease]:
    """On a connection that is warm, as the pool's is."""
    connection = await asyncpg.connect(url)
    statement = await connection.prepare(LEASE)

    async def lease(user_id: int) -> None:
        assert await statement.fetch(user_id, None, 1)

    for user_id in people[:WARM_UP]:
        await lease(user_id)
    await _done()
    try:
        yield lease
    finally:
        await connection.close()


async def _by_the_orm(user_id: int) -> None:
    """As one would write it with the ORM's own words. It knows neither profiles nor standings, which would be more queries."""
    async with in_transaction():
        had = Assignment.filter(annotator_id=user_id).values_list("item_id", flat=True)
        project = random.choice(await Project.filter(state=ProjectState.OPEN))
        task = (
            await Task.filter(project_id=project.id, state=TaskState.OPEN)
            .exclude(item_id__in=await had)
            .order_by("round", "id")
            .select_for_update(skip_locked=True)
            .first()
        )
        assert task is not None
        await Assignment.create(
            task_id=task.id,
            item_id=task.item_id,
            project_id=project.id,
            annotator_id=user_id,
            reward_micros=project.reward_micros,
            lease_expires_at=await sql.now(),
            draft=[],
        )
        task.state = TaskState.LEASED
        await task.save(update_fields=["state"])


async def _timed(timed: Timed, people: list[int], lease: Lease) -> None:
    for user_id in people:
        cpu, began = time.process_time(), time.perf_counter()
        await lease(user_id)
        timed.seconds.append(time.perf_counter() - began)
        timed.cpu += time.process_time() - cpu


@asynccontextmanager
async def _turn(url: str) -> AsyncIterator[list[int]]:
    """Connected to that database, with people who hold nothing; what they leased is submitted afterwards, unseen by the clock."""
    async with connected(url, pool=2):
        people = [row["id"] for row in await sql.rows("SELECT id FROM users WHERE 'ANNOTATOR' = ANY(roles) ORDER BY id LIMIT $1", A_TURN)]
        for user_id in people[:WARM_UP]:
            await Assignment.lease(user_id, up_to=1)
        await _done()
        try:
            yield people
        finally:
            await _done()


async def _done() -> None:
    await sql.run("UPDATE tasks SET state = 'SUBMITTED' WHERE state = 'LEASED'")
    await sql.run("UPDATE assignments SET state = 'SUBMITTED', ended_at = now() WHERE state = 'LEASED'")


async def _database(name: str, tasks: int) -> str:
    """A database of its own on the stage's server, with so many open tasks; its URL."""
    server = await asyncpg.connect(settings().database_url)
    await server.execute(f"CREATE DATABASE {name}")
    await server.close()
    url = settings().database_url.replace("/tidemark?", f"/{name}?")
    await migrate(url)
    async with connected(url, pool=2):
        await _fill(tasks)
    return url


async def _fill(tasks: int) -> None:
    """Spread over PROJECTS projects that all admit everybody. Items and tasks in bulk: their money is not what is measured."""
    for n in range(A_TURN):
        await an_annotator(f"person{n}")
    partner = await an_annotator("partner")
    organization = await Organization.found_by(partner, "Load")
    for n in range(PROJECTS):
        spec = ProjectSpec(f"Load {n}", TaskKind.CLASSIFICATION, "Look.", FORM, 2_000_000)
        project = await Project.draft(organization, spec)
        await project.set_state(ProjectState.OPEN)
        await sql.run(_ITEMS, project.id, tasks // PROJECTS)
    await User.filter(id=partner.id).update(roles=[Role.PARTNER])
    await sql.run("VACUUM ANALYZE")


_ITEMS = """
WITH fresh AS (
    INSERT INTO items (project_id, external_id, content)
    SELECT $1, n::text, '[{"kind": "text", "text": "An item", "role": null}]' FROM generate_series(1, $2::int) AS n RETURNING id
)
INSERT INTO tasks (project_id, item_id, state) SELECT $1, id, 'OPEN' FROM fresh ORDER BY id
"""
