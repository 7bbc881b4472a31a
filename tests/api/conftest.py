"""The whole of it, served on loopback with its worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest

from jobs.worker import run_worker
from tests.api.client import Tidemark
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
    async with httpx.AsyncClient(timeout=20) as http:
        yield Tidemark(whole_edge.origin, http)


@pytest.fixture
async def worker(emptied: None) -> AsyncIterator[None]:
    """The worker's duties, the relay among them."""
    stop = asyncio.Event()
    running = asyncio.create_task(run_worker(stop))
    yield
    stop.set()
    await running
