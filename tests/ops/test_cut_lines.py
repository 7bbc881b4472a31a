"""A database that answers nothing any more, and does not even say so: who asks it is told in time, and asks again on a new line."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from bench.links import Link, to_socket
from ops.database import CONNECTION, sql, tortoise_config
from ops.postgres import PROBE_SECONDS, PROBES, SILENT_SECONDS
from realtime.past import DATABASE_AWAY, persistently
from tests.support.ceiling import CEILING_SECONDS
from tests.support.servers import postgres
from web.together import settled

pytestmark = pytest.mark.usefixtures("database")

CONNECTIONS = 2
STATEMENT_SECONDS = 1.0


@asynccontextmanager
async def a_line(*, statement_seconds: float | None = STATEMENT_SECONDS) -> AsyncIterator[Link]:
    """To the tests' database, on which `sql` speaks while the block lasts."""
    # In the test's own task: what a fixture bounds is only itself.
    async with asyncio.timeout(2 * CEILING_SECONDS), Link(to_socket(str(postgres.run_dir / ".s.PGSQL.5432"))) as link:
        context = TortoiseContext()
        with context:
            url = f"postgres://tidemark@127.0.0.1:{link.port}/tidemark"
            await context.init(config=tortoise_config(url, pool=CONNECTIONS, statement_seconds=statement_seconds))
            try:
                await asyncio.gather(*(answered("SELECT pg_sleep(0.05)") for _ in range(CONNECTIONS)))
                yield link
            finally:
                # Also where the test failed: dead lines would be waited for.
                link.heal()
                link.cut()
                await context.close_connections()


async def answered(query: str) -> Any:
    """A busy machine may take longer than a statement may; but not for ever."""
    return await persistently(lambda: sql.value(query))


async def in_a_transaction(query: str) -> Any:
    async with in_transaction():
        return await sql.value(query)


async def as_fields(query: str) -> Any:
    """As web/compiled.py asks for fields that are wanted at once."""
    told: dict[str, Any] = {}
    await settled(None, [(sql.value(query), told, name, lambda value, *_: value) for name in ("one", "other")])
    return told["one"]


def lent() -> int:
    """Connections that nobody has given back."""
    client: Any = get_connection(CONNECTION)
    return sum(holder._in_use is not None for holder in client._pool._holders)


async def test_a_statement_on_a_dead_line_ends_and_the_next_is_answered() -> None:
    async with a_line() as link:
        link.kill()

        for _ in range(CONNECTIONS):
            with pytest.raises(DATABASE_AWAY):
                await sql.value("SELECT 1")

        assert await answered("SELECT 2") == 2
        assert lent() == 0


async def test_a_transaction_on_a_dead_line_ends_and_the_next_is_answered() -> None:
    async with a_line() as link:
        with pytest.raises(DATABASE_AWAY):
            async with in_transaction():
                await sql.value("SELECT 1")
                link.kill()
                await sql.value("SELECT 1")

        with pytest.raises(DATABASE_AWAY):
            await sql.value("SELECT 1")
        assert await answered("SELECT 2") == 2
        assert lent() == 0


async def test_who_is_cancelled_on_a_dead_line_gives_the_connection_back_though_statements_may_take_as_long_as_they_like() -> None:
    async with a_line(statement_seconds=None) as link:
        link.kill()
        asking = [asyncio.create_task(sql.value("SELECT 1")) for _ in range(CONNECTIONS)]
        await asyncio.sleep(0.1)

        for task in asking:
            task.cancel()
        ended = await asyncio.gather(*asking, return_exceptions=True)

        assert all(isinstance(each, asyncio.CancelledError) for each in ended)
        assert await answered("SELECT 2") == 2
        assert lent() == 0


@pytest.mark.parametrize("statement", [sql.value, in_a_transaction, as_fields])
async def test_nobody_waits_for_a_connection_longer_than_for_an_answer(statement: Callable[[str], Awaitable[Any]]) -> None:
    async with a_line():
        client: Any = get_connection(CONNECTION)
        async with AsyncExitStack() as held:
            for _ in range(CONNECTIONS):
                await held.enter_async_context(client._pool.acquire())

            with pytest.raises(TimeoutError):
                await statement("SELECT 1")

        assert lent() == 0
        assert await answered("SELECT 2") == 2


async def test_a_server_that_stands_still_is_asked_again_when_it_goes_on() -> None:
    async with a_line() as link:
        link.hold()

        with pytest.raises(DATABASE_AWAY):
            await sql.value("SELECT 1")

        link.heal()
        assert await answered("SELECT 2") == 2


async def test_a_statement_that_takes_too_long_is_ended_at_the_server_too() -> None:
    async with a_line():
        with pytest.raises(TimeoutError):
            await sql.value("SELECT pg_sleep(3600)")

        while await answered("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)' AND state = 'active'"):  # noqa: ASYNC110 - it has to be asked
            await asyncio.sleep(0.05)
        assert lent() == 0


async def test_the_kernel_watches_every_line() -> None:
    # A link answers for the kernel beyond it: that packets are lost cannot be played here, so we look at what is asked of the kernel.
    async with a_line():
        client: Any = get_connection(CONNECTION)
        lines = [holder._con._transport.get_extra_info("socket") for holder in client._pool._holders]

        assert len(lines) == CONNECTIONS
        for line in lines:
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            asked = [line.getsockopt(socket.IPPROTO_TCP, each) for each in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)]
            assert asked == [SILENT_SECONDS, PROBE_SECONDS, PROBES]
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == (SILENT_SECONDS + PROBES * PROBE_SECONDS) * 1000
