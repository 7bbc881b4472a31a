"""The proof by chance, short: state + events = fresh state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bench.proofs import prove_events
from jobs.relaying import relay_events
from ops.database import sql
from ops.settings import settings
from tests.web.conftest import Edge, serving
from web.app import create_app


@pytest.fixture
async def live(emptied: None, redis: Redis) -> AsyncIterator[Edge]:
    # Numbering began anew with the empty tables.
    await sql.run("UPDATE installation SET epoch = left(md5(random()::text), 12)")
    stop = asyncio.Event()
    relaying = asyncio.create_task(relay_events(settings().database_url, redis, stop))
    async with serving(create_app()) as edge:
        yield edge
    stop.set()
    await relaying


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_state_and_events_are_the_fresh_state_for_any_order_of_verbs(live: Edge, seed: int) -> None:
    assert "events" in await prove_events(live.origin, seed)
