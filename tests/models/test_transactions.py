"""What becomes of a connection whose transaction never begins, or never ends as it should."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from ops.database import sql
from ops.settings import settings
from realtime.past import DATABASE_AWAY
from tests.support.ceiling import CEILING_SECONDS

POOL = 10
TURNS = 25
FORGOTTEN = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


async def writes() -> None:
    async with in_transaction():
        await sql.value("SELECT 1")


async def cancelled_after(turns: int) -> None:
    """So many turns of the loop after it began."""
    task = asyncio.create_task(writes())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])


async def the_whole_pool_answers() -> bool:
    async with asyncio.timeout(CEILING_SECONDS):
        return await asyncio.gather(*(sql.value("SELECT 1 FROM pg_sleep(0.01)") for _ in range(POOL))) == [1] * POOL


async def test_a_transaction_that_is_cancelled_at_any_moment_gives_its_connection_back() -> None:
    for _ in range(3):
        for turns in range(TURNS):
            await cancelled_after(turns)

    assert await the_whole_pool_answers()
    async with asyncio.timeout(CEILING_SECONDS):
        while await sql.value(FORGOTTEN):  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.01)


async def test_where_begin_fails_the_task_goes_on_with_another_connection_and_none_is_lost() -> None:
    for _ in range(POOL + 2):
        assert await the_whole_pool_answers()
        all_sessions_end_before_anybody_is_told()

        with pytest.raises(DATABASE_AWAY):
            await writes()

        await until_there_is_a_connection()


def all_sessions_end_before_anybody_is_told() -> None:
    """This loop stands still meanwhile, so the pool takes its connections for well."""

    async def end() -> None:
        connection = await asyncpg.connect(settings().database_url)
        await connection.execute(END_ALL)
        await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(end()))
    thread.start()
    thread.join()


async def until_there_is_a_connection() -> None:
    """In this very task, which asked in vain."""
    async with asyncio.timeout(CEILING_SECONDS):
        while True:
            with contextlib.suppress(*DATABASE_AWAY):
                assert await sql.value("SELECT 1") == 1
                return
            await asyncio.sleep(0.01)
