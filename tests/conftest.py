"""The servers, the migrated schema, and a clean slate before every test."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import hypothesis
import pytest
from redis.asyncio import Redis

from ops.database import connect, disconnect, migrate, sql
from ops.redis import redis_client
from ops.settings import settings
from tests.support.bch_node import PROGRAM
from tests.support.coins import LitecoinPeer, litecoin_peer
from tests.support.servers import postgres, redis_server

# Folders whose tests need neither the schema nor clean tables.
PURE = ("quality", "ops")
# Rows that migrations put there.
KEPT_TABLES = ("tortoise_migrations", "installation")
# What a test may need of the machine, by the name in its mark `needs("…")`.
NEEDED: dict[str, tuple[str, ...]] = {
    "litecoind": ("litecoind",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    # `make test` fetches it.
    "bch-node": (str(PROGRAM),),
}
TRUNCATIONS = 20
IN_CI = os.environ.get("CI") == "true"
# What is slow is the machine: timings have tests of their own.
hypothesis.settings.register_profile("unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
async def database() -> AsyncIterator[None]:
    """The migrated schema, connected to."""
    postgres.start()
    await migrate(settings().database_url)
    await connect(settings().database_url)
    yield
    await disconnect()


@pytest.fixture(scope="session")
async def redis() -> AsyncIterator[Redis]:
    """A client of the tests' Redis; the server listens at settings().redis_url."""
    redis_server.start()
    client = redis_client(settings().redis_url)
    yield client
    await client.aclose()


@pytest.fixture(autouse=True)
def clean_slate(request: pytest.FixtureRequest) -> None:
    """Every test but the pure ones begins with empty tables."""
    folder = request.path.relative_to(Path(__file__).parent).parts[0]
    if folder not in PURE:
        request.getfixturevalue("emptied")


@pytest.fixture
async def emptied(database: None, redis: Redis) -> None:
    """Empties tables and Redis, committed, so that what runs after a commit and what races is seen as it is."""
    tables = await sql.value(
        """SELECT string_agg(quote_ident(relname), ', ') FROM pg_class
           WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace AND relname <> ALL($1)""",
        list(KEPT_TABLES),
    )
    await _truncated(tables)
    # Events are numbered anew: no cursor of an earlier test may be taken for one of this.
    await sql.run("UPDATE installation SET epoch = left(replace(gen_random_uuid()::text, '-', ''), 12)")
    await redis.flushall()


async def _truncated(tables: str) -> None:
    """A request of the last test's browser may still be at work in the server: where the two wait for each other, we come again."""
    for attempt in range(TRUNCATIONS):
        try:
            await sql.run(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        except asyncpg.DeadlockDetectedError:
            if attempt == TRUNCATIONS - 1:
                raise
            await asyncio.sleep(0.1)
        else:
            return


def pytest_configure(config: pytest.Config) -> None:
    """In CI what fails comes last: hundreds of logged requests would bury it."""
    if IN_CI:
        config.option.showcapture = "no"


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        what = mark.args[0]
        if not any(shutil.which(command) for command in NEEDED[what]):
            if IN_CI:
                pytest.fail(f"{what} is not on this machine, and with CI=true nothing may be left out", pytrace=False)
            pytest.skip(f"{what} is not on this machine")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines say what was left out, and why."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    terminalreporter.section("left out")
    for reason, count in sorted(reasons.items()):
        terminalreporter.line(f"{count} tests: {reason.removeprefix('Skipped: ')}")
    if not reasons:
        terminalreporter.line("nothing")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI=true a test left out for any reason fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="module")
async def litecoin() -> AsyncIterator[LitecoinPeer]:
    """Anew for each module, so that no chain grows to block 431: where MWEB begins, litecoind 0.21 spins in reorganisations."""
    async with litecoin_peer() as peer:
        yield peer
