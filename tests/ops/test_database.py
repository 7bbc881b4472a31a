import asyncio
from typing import Any, cast

import asyncpg
import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from ops.database import CONNECTION, connect, disconnect, migrate, sql, unapplied
from ops.postgres import Pool
from ops.settings import embedded_database_url, settings
from tests.support.ceiling import CEILING_SECONDS
from tests.support.servers import DATA_DIR
from tests.support.sql import counted_sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def notes(database: None) -> object:
    await sql.run("CREATE TABLE notes (id int PRIMARY KEY, text text)")
    yield
    await sql.run("DROP TABLE notes")


@pytest.mark.usefixtures("notes")
async def test_raw_sql_answers_rows_a_row_a_value_and_a_count() -> None:
    inserted = await sql.run("INSERT INTO notes VALUES (1, $1), (2, $2)", "one", "two")
    returned = await sql.value("UPDATE notes SET text = 'zwei' WHERE id = 2 RETURNING text")

    assert inserted == 2
    assert returned == "zwei"
    assert [record["id"] for record in await sql.rows("SELECT id FROM notes ORDER BY id")] == [1, 2]
    assert await sql.row("SELECT * FROM notes WHERE id = 3") is None
    assert await sql.value("SELECT text FROM notes WHERE id = 3") is None
    assert await sql.run("DELETE FROM notes WHERE id > 5") == 0


@pytest.mark.usefixtures("notes")
async def test_raw_sql_belongs_to_the_transaction_around_it() -> None:
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await sql.run("INSERT INTO notes VALUES (1, 'gone')")
            assert await sql.value("SELECT count(*) FROM notes") == 1
            raise ZeroDivisionError

    assert await sql.value("SELECT count(*) FROM notes") == 0


@pytest.mark.usefixtures("notes")
async def test_errors_are_tortoises() -> None:
    await sql.run("INSERT INTO notes VALUES (1, 'first')")

    with pytest.raises(IntegrityError) as refused:
        await sql.run("INSERT INTO notes VALUES (1, 'second')")
    with pytest.raises(OperationalError):
        await sql.rows("SELECT nothing FROM notes")

    assert isinstance(refused.value.__cause__, asyncpg.UniqueViolationError)


async def test_statements_are_counted_inside_and_outside_transactions() -> None:
    with counted_sql() as statements:
        await sql.value("SELECT 1")
        async with in_transaction():
            await sql.run("SELECT 2")

    assert statements == ["SELECT 1", "SELECT 2"]


async def test_processes_that_migrate_at_once_take_turns() -> None:
    await sql.run("CREATE DATABASE twice")
    url = embedded_database_url(DATA_DIR, "twice")
    assert await unapplied(url) != []

    await asyncio.gather(migrate(url), migrate(url))

    assert await unapplied(url) == []


async def test_connecting_again_shares_the_pool_and_elsewhere_is_refused() -> None:
    await connect(settings().database_url)
    await disconnect()

    with pytest.raises(ValueError, match="another database"):
        await connect("postgres://elsewhere/other")

    assert await sql.value("SELECT 1") == 1


async def test_a_connection_that_is_in_order_goes_back_without_a_turn_of_the_loop() -> None:
    await sql.value("SELECT 1")
    pool = the_pool()
    connection = await pool.acquire()
    free = pool.get_idle_size()

    releasing = pool.release(connection)
    with pytest.raises(StopIteration):
        releasing.send(None)

    assert pool.get_idle_size() == free + 1
    with pytest.raises(asyncpg.InterfaceError):
        await connection.fetch("SELECT 1")


async def test_a_query_that_is_cancelled_leaves_every_connection_of_the_pool_usable() -> None:
    size = the_pool().get_max_size()

    for seconds in (0, 0.002, 0.01, 0.05):
        sleeping = [asyncio.create_task(sql.value("SELECT pg_sleep(600)")) for _ in range(size)]
        await asyncio.sleep(seconds)
        for each in sleeping:
            each.cancel()
        await asyncio.gather(*sleeping, return_exceptions=True)

        async with asyncio.timeout(CEILING_SECONDS):
            assert await asyncio.gather(*(sql.value("SELECT $1::int", n) for n in range(size * 2))) == list(range(size * 2))


async def test_a_transaction_left_open_is_ended_before_the_next_one_has_the_connection() -> None:
    pool = the_pool()
    connection = await pool.acquire()
    await connection.execute("BEGIN; CREATE TABLE left_open (id int)")

    await pool.release(connection)

    again = [await pool.acquire() for _ in range(pool.get_max_size())]
    try:
        assert not any(each.is_in_transaction() for each in again)
        assert await again[0].fetchval("SELECT to_regclass('left_open')") is None
    finally:
        for each in again:
            await pool.release(each)


def the_pool() -> Pool:
    pool = cast("Any", get_connection(CONNECTION))._pool
    assert isinstance(pool, Pool)
    return pool
