import asyncio

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from ops.database import connect, disconnect, migrate, sql, unapplied
from ops.settings import embedded_database_url, settings
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
