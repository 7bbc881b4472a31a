"""A server that is killed in the middle, and comes back at the same port with the same data."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from bench.stage import free_port
from models import Decision
from ops.settings import ROOT, settings
from tests.api.client import Tidemark
from tests.browser.board import at_the_board, cards
from tests.browser.conftest import Visits
from tests.browser.projects import an_open_project
from tests.browser.test_work import a_lease
from tests.browser.visitor import DESK
from tests.support.world import a_moderator, an_annotator, decided

pytestmark = pytest.mark.needs("chromium")

# What a start may take where everything else runs too.
START_SECONDS = 180


class Server:
    """A process of its own on the tests' database and Redis."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.process: asyncio.subprocess.Process | None = None

    async def starts(self) -> None:
        given = settings()
        environment = {
            "PORT": str(self.port),
            "PUBLIC_URL": self.origin,
            "DATABASE_URL": given.database_url,
            "REDIS_URL": given.redis_url,
        }
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, ROOT / "bin" / "tidemark", "serve", env=os.environ | environment, stdout=log, stderr=log
            )
        async with httpx.AsyncClient() as http, asyncio.timeout(START_SECONDS):
            while not await self._answers(http):
                assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def is_killed(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def _answers(self, http: httpx.AsyncClient) -> bool:
        try:
            return (await http.get(f"{self.origin}/theme.js")).is_success
        except httpx.TransportError:
            return False


@pytest.fixture
async def server(tidemark: Tidemark, tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path / "server.log")
    try:
        await server.starts()
        yield server
    finally:
        await server.is_killed()


async def test_a_server_that_is_killed_costs_no_verdict_and_doubles_none(visits: Visits, tidemark: Tidemark, server: Server) -> None:
    project = await an_open_project(tidemark, "choice", items=2)
    person, moderator = await an_annotator(), await a_moderator()
    answers = [{"key": "choice", "value": {"choices": ["cup"]}}]
    one, other = [await (await a_lease(person, project.id, n)).submit(answers) for n in (1, 2)]
    visits.origin = server.origin
    visitor, board = await visits.by(DESK), await at_the_board(visits, moderator)
    await visitor.has_session(person)
    await visitor.goes("/reports")
    pills = [each.page.locator("[data-link]:visible") for each in (visitor, board)]
    await expect(pills[0]).to_have_attribute("data-link", "live")
    await decided(one, Decision.APPROVED)
    await visitor.is_told("Approved: $0.08")
    await expect(cards(board, "To review")).to_have_count(1)

    await server.is_killed()
    for pill in pills:
        await expect(pill).to_have_text("Reconnecting")
    await decided(other, Decision.REJECTED, moderator)
    await server.starts()

    for pill in pills:
        await expect(pill).to_have_text("Live")
    await visitor.is_told("Not accepted")
    await visitor.sees(visitor.page.get_by_role("main").get_by_role("link").filter(has_text="Wrong label"))
    await expect(cards(board, "To review")).to_have_count(0)
    await expect(cards(board, "Rejected")).to_have_count(1)
    assert await visitor.told() == ["Approved: $0.08", "Not accepted"]
