"""A small crowd on a whole server: nothing lost, nothing doubled, and the books hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bench.crowd import CANNOT_RUN, run_crowd
from jobs.demo import fill_demo
from jobs.worker import run_worker
from models import Annotation
from models.ledger_proof import verify
from ops.database import sql
from tests.web.conftest import Edge, serving
from web.app import create_app


@pytest.fixture
async def live(emptied: None) -> AsyncIterator[Edge]:
    # Numbering began anew with the empty tables.
    await sql.run("UPDATE installation SET epoch = left(md5(random()::text), 12)")
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(stop))
    async with serving(create_app()) as edge:
        yield edge
    stop.set()
    await working


async def test_a_crowd_works_on_the_demo_and_leaves_the_books_in_order(live: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    await fill_demo()

    code = await run_crowd(live.origin, 4, 0.15)

    told = capsys.readouterr().out
    assert code == 0, told
    assert "lost or doubled: 0" in told
    assert "cables pulled: 1" in told
    assert await Annotation.all().count() > 0
    assert await verify() == []


async def test_without_the_demo_a_crowd_says_what_it_needs(live: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_crowd(live.origin, 1, 0.01) == CANNOT_RUN

    assert "the crowd works on the demo" in capsys.readouterr().out
