"""A small crowd on a whole server: nothing lost, nothing doubled, and the books hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.crowd import CANNOT_RUN, Crowd, run_crowd
from jobs.demo import fill_demo
from jobs.demo.content import PROJECTS
from jobs.worker import run_worker
from models import Annotation, AnnotationState, ProjectState, StandingStep
from models.ledger_proof import verify
from ops.database import sql
from ops.settings import settings
from tests.support.world import a_project, an_annotation, task_states
from tests.web.conftest import Edge, serving
from web.app import create_app

# As long as what is waited for may take, on whatever machine; it ends as soon as that has happened.
MOST_MINUTES = 5.0
BY_KEY = {project.key: project for project in PROJECTS}


@pytest.fixture
async def live(emptied: None) -> AsyncIterator[Edge]:
    # Numbering began anew with the empty tables.
    await sql.run("UPDATE installation SET epoch = left(md5(random()::text), 12)")
    # The same people joined in an earlier test, and their mail still lies there.
    for mail in Path(settings().mail_url.removeprefix("file:")).glob("*.eml"):
        mail.unlink()
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(stop))
    async with serving(create_app()) as edge:
        yield edge
    stop.set()
    await working


async def test_a_crowd_works_on_the_demo_and_leaves_the_books_in_order(live: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    await fill_demo()
    # Nothing of it can be judged by those who know the demo alone.
    others = await a_project()
    waiting = await an_annotation(project=others)
    await others.set_state(ProjectState.CLOSED)

    async def has_worked() -> bool:
        return crowd.tally.submissions >= 12 and crowd.tally.drops == 1

    crowd = Crowd(live.origin, 4, MOST_MINUTES, has_worked)

    code = await crowd.run()

    told = capsys.readouterr().out
    assert code == 0, told
    assert "lost or doubled: 0" in told
    assert "cables pulled: 1" in told
    assert await Annotation.all().count() > 1
    assert (await waiting.reread()).state == AnnotationState.IN_REVIEW
    assert await verify() == []


async def test_the_crowd_is_judged_automatically_and_the_careless_lose_access_step_by_step_while_the_honest_never_do(
    live: Edge, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hours in seconds: all work three times as fast in one project, where they soon meet, and the judge has no delay to speak of."""
    careless = "crowd8@crowd.test"
    await fill_demo()
    await sql.run("UPDATE projects SET state = 'PAUSED' WHERE title <> $1", BY_KEY["departments"].title)
    monkeypatch.setattr("bench.people.THINK_SECONDS", 0.6)
    quick = settings().model_copy(update={"judge_delay_from": 0.1, "judge_delay_to": 0.5})
    for module in ("models.annotation", "models.review", "bench.crowd"):
        monkeypatch.setattr(f"{module}.settings", lambda: quick)

    async def has_lost_access() -> bool:
        return crowd.tally.automatic_rejections > 0 and await StandingStep.filter(user__email=careless, step="RESTRICTED").exists()

    crowd = Crowd(live.origin, 8, MOST_MINUTES, has_lost_access)

    code = await crowd.run()

    told = capsys.readouterr().out
    assert code == 0, told
    tally = crowd.tally
    # It ended in the middle: what waited for more answers then was nobody's but people's.
    assert tally.automatic > (tally.heard - tally.left_over) / 2, told
    # A rejection that nobody gave shows what is wrong, and says why.
    assert tally.automatic_rejections == tally.with_conflicts > 0, told
    # Each kind of task has a ladder of its own, and skipping has: a step may come more than once, and none before a milder one.
    steps = list(dict.fromkeys(crowd.steps.pop(careless)))
    assert steps == ["WARNED", "RESTRICTED", "SUSPENDED", "BANNED"][: len(steps)], told
    assert "RESTRICTED" in steps, told
    assert not any(crowd.steps.values()), told
    assert await verify() == []


async def test_without_the_demo_a_crowd_says_what_it_needs(live: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_crowd(live.origin, 1, 0.01) == CANNOT_RUN

    assert "the crowd works on the demo" in capsys.readouterr().out


async def test_beside_open_projects_of_others_a_crowd_says_so_before_it_begins(live: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    await fill_demo()
    others = await a_project()

    assert await run_crowd(live.origin, 1, 0.01) == CANNOT_RUN

    assert "and Cats and dogs would be offered to it as well" in capsys.readouterr().out
    assert await task_states(others) == ["OPEN"] * 3
