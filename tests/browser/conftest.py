"""The whole of it with its worker, and real Chromium at it: phones that are touched, desks with a mouse."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from _pytest._code.code import ExceptionRepr
from playwright.async_api import Browser, async_playwright, expect
from playwright.async_api import Error as BrowserError

from jobs.worker import run_worker
from tests.api.client import Tidemark
from tests.api.conftest import judge_waits
from tests.browser.visitor import Look, Visitor
from tests.conftest import NEEDED
from tests.support.ceiling import CEILING_SECONDS
from tests.web.conftest import Edge, serving
from web import pages
from web.app import create_app

if TYPE_CHECKING:
    from redis.asyncio import Redis

__all__ = ["judge_waits"]

BUILD = Path(pages.__file__).parent / "client" / "tools" / "build.py"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHOWN = pytest.StashKey[str]()

expect.set_options(timeout=CEILING_SECONDS * 1000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None, None, None]:
    """Where a test fails, what its browsers show is noted before they are closed."""
    test = item.obj

    @wraps(test)
    async def watched(**given: Any) -> None:
        try:
            await test(**given)
        except Exception:
            item.stash[SHOWN] = await given["visits"].shown()
            raise

    item.obj = watched
    try:
        yield
    finally:
        item.obj = test


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call" and SHOWN in item.stash and isinstance(report.longrepr, ExceptionRepr):
        report.longrepr.addsection("What the browsers showed", item.stash[SHOWN])
    return report


@pytest.fixture(scope="session")
def built() -> None:
    """The client's files; `make test` has built them before."""
    if not (pages.CLIENT / "index.html").is_file():
        subprocess.run([sys.executable, str(BUILD)], check=True)


@pytest.fixture(scope="session")
async def browser(built: None) -> AsyncIterator[Browser]:
    path = next(found for command in NEEDED["chromium"] if (found := shutil.which(command)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def edge(database: None, redis: Redis, built: None) -> AsyncIterator[Edge]:
    async with serving(create_app()) as edge:
        yield edge


@pytest.fixture
async def tidemark(edge: Edge, emptied: None) -> AsyncIterator[Tidemark]:
    """The running server with its worker, so that what happens reaches the pages."""
    stop = asyncio.Event()
    running = asyncio.create_task(run_worker(stop))
    async with httpx.AsyncClient(timeout=CEILING_SECONDS) as http:
        yield Tidemark(edge.origin, http)
    stop.set()
    await running


class Visits:
    """Opens windows, each with cookies and storage of its own, and closes them all at the end."""

    def __init__(self, browser: Browser, origin: str, stack: AsyncExitStack) -> None:
        self.browser = browser
        self.origin = origin
        self.stack = stack
        self.visitors: list[Visitor] = []

    async def by(self, look: Look = Look()) -> Visitor:
        visitor = await self.stack.enter_async_context(self._window(look))
        self.visitors.append(visitor)
        return visitor

    async def shown(self) -> str:
        """What each of them has before it, for a report."""
        parts = []
        for visitor in self.visitors:
            try:
                parts.append(await visitor.shown())
            except BrowserError as error:
                parts.append(f"{visitor.page.url}\n{error}")
        return "\n\n".join(parts)

    @asynccontextmanager
    async def _window(self, look: Look) -> AsyncIterator[Visitor]:
        context = await self.browser.new_context(
            viewport={"width": look.width, "height": look.height},
            has_touch=look.touch,
            is_mobile=look.touch,
            color_scheme=look.scheme,
            locale=look.locale,
            timezone_id="Europe/Lisbon",
            reduced_motion="reduce",
            base_url=self.origin,
        )
        context.set_default_timeout(CEILING_SECONDS * 1000)
        page = await context.new_page()
        visitor = Visitor(page, look.touch, await context.new_cdp_session(page))
        await visitor.is_watched()
        yield visitor
        faults = visitor.faults
        await context.close()
        assert faults == []


@pytest.fixture
async def visits(browser: Browser, tidemark: Tidemark) -> AsyncIterator[Visits]:
    async with AsyncExitStack() as stack:
        yield Visits(browser, tidemark.origin, stack)
