"""The whole of it, served on loopback with its worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest

from jobs.worker import run_worker
from ops.settings import Settings
from tests.api.client import Tidemark
from tests.support.ceiling import CEILING_SECONDS
from tests.web.conftest import Edge, serving
from web.app import create_app

if TYPE_CHECKING:
    from redis.asyncio import Redis


@pytest.fixture(scope="session")
async def whole_edge(database: None, redis: Redis) -> AsyncIterator[Edge]:
    async with serving(create_app()) as edge:
        yield edge


@pytest.fixture
async def tidemark(whole_edge: Edge, emptied: None) -> AsyncIterator[Tidemark]:
    async with httpx.AsyncClient(timeout=CEILING_SECONDS) as http:
        yield Tidemark(whole_edge.origin, http)


@pytest.fixture(autouse=True)
def judge_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test submits waits for people, however long the test takes; the judge comes where a test makes an answer due."""
    monkeypatch.setattr(Settings, "judge_delay", (3600.0, 3600.0))


@pytest.fixture
async def worker(emptied: None) -> AsyncIterator[None]:
    """The worker's duties, the relay among them."""
    stop = asyncio.Event()
    running = asyncio.create_task(run_worker(stop))
    yield
    stop.set()
    await running
