"""The connection to PostgreSQL: Tortoise's pool, raw SQL on it, and the migrations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.log import db_client_logger
from tortoise.migrations.executor import MigrationExecutor

from ops import postgres

CONNECTION = "default"
# Any number that nobody else locks: two processes that start at once migrate one after the other.
MIGRATION_LOCK = 7_301_959_514

_connected_to: str | None = None
_users = 0


async def connect(url: str, *, pool: int = 10, statement_seconds: float | None = None) -> None:
    """Opens the process's pool of at most `pool` connections; every part that needs it may call this, and calls disconnect() as often.
    A statement that takes longer than `statement_seconds`, or has no connection for so long, is given up by a TimeoutError.

    Raises OSError or asyncpg.PostgresError when the server does not answer, ValueError when connected elsewhere.
    """
    global _connected_to, _users  # noqa: PLW0603 - one pool a process, as Tortoise has one global context
    if _connected_to not in (None, url):
        raise ValueError("already connected to another database")
    _users += 1
    if _users > 1:
        return
    _connected_to = url
    await Tortoise.init(config=tortoise_config(url, pool=pool, statement_seconds=statement_seconds), _enable_global_fallback=True)


async def disconnect() -> None:
    """Closes the pool once nobody uses it."""
    global _connected_to, _users  # noqa: PLW0603
    _users = max(_users - 1, 0)
    if _users == 0 and _connected_to is not None:
        _connected_to = None
        await Tortoise.close_connections()


@asynccontextmanager
async def connected(url: str, *, pool: int = 10, statement_seconds: float | None = None) -> AsyncIterator[None]:
    await connect(url, pool=pool, statement_seconds=statement_seconds)
    try:
        yield
    finally:
        await disconnect()


async def migrate(url: str) -> None:
    """Applies what is missing of models/migrations, under an advisory lock."""
    lock = await asyncpg.connect(url)
    try:
        await lock.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        async with _executor(url) as executor:
            await executor.migrate()
    finally:
        await lock.close()


async def unapplied(url: str) -> list[str]:
    """Names of the migrations that the database does not have yet."""
    async with _executor(url) as executor:
        return [step.migration.name for step in await executor.plan()]


def tortoise_config(url: str, *, pool: int = 10, statement_seconds: float | None = None) -> dict[str, Any]:
    connection = expand_db_url(url)
    connection["engine"] = postgres.__name__
    connection["credentials"] |= {"minsize": 1, "maxsize": pool, "reset": _left_as_it_is, "command_timeout": statement_seconds}
    return {
        "connections": {CONNECTION: connection},
        "apps": {"models": {"models": ["models"], "default_connection": CONNECTION, "migrations": "models.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def _left_as_it_is(connection: Any) -> None:
    """In place of the statement with which asyncpg tidies up each time that a connection is given back, and which costs as much as a query.
    Nothing of ours outlives a transaction on a borrowed connection (no SET, no LISTEN, no advisory lock of a session), and a transaction
    that is still open asyncpg ends before it comes here."""


# For `tortoise makemigrations`, which compares models with migrations and connects nowhere.
CONFIG = tortoise_config("postgres://tidemark@/tidemark")


class Sql:
    """Raw SQL with $1-style parameters on the current Tortoise connection, so inside `in_transaction()` it is part of it.

    jsonb comes back as text. Errors are Tortoise's: IntegrityError for a constraint (its __cause__ is asyncpg's),
    OperationalError for SQL that is wrong.
    """

    async def rows(self, query: str, *args: object) -> list[asyncpg.Record]:
        async with _borrowed(query, args) as connection:
            return await connection.fetch(query, *args)

    async def row(self, query: str, *args: object) -> asyncpg.Record | None:
        async with _borrowed(query, args) as connection:
            return await connection.fetchrow(query, *args)

    async def value(self, query: str, *args: object) -> Any:
        """The first column of the first row, or None without rows."""
        async with _borrowed(query, args) as connection:
            return await connection.fetchval(query, *args)

    async def now(self) -> datetime:
        """The database's clock: the start of the current transaction."""
        moment: datetime = await self.value("SELECT now()")
        return moment

    async def run(self, query: str, *args: object) -> int:
        """The number of rows affected."""
        async with _borrowed(query, args) as connection:
            tag = (await connection.execute(query, *args)).rpartition(" ")[2]
            return int(tag) if tag.isdigit() else 0


sql = Sql()


class _borrowed:  # noqa: N801 - called like a function
    """A connection for one statement: that of the transaction we are in, or one of the pool's."""

    __slots__ = ("_args", "_connection", "_from", "_holder", "_query")

    def __init__(self, query: str, args: tuple[object, ...]) -> None:
        self._query = query
        self._args = args

    async def __aenter__(self) -> "PoolConnectionProxy[asyncpg.Record]":
        client = get_connection(CONNECTION)
        pool: Any = client._pool if isinstance(client, postgres.PostgresClient) else None
        self._holder = pool.lend() if pool is not None else None
        self._from: Any = client.acquire_connection() if self._holder is None else pool
        self._connection = await self._from.__aenter__() if self._holder is None else self._holder._con
        # As Tortoise logs its own: the place where statements are counted and slow ones looked for.
        db_client_logger.debug("%s: %s", self._query, self._args)
        return cast("PoolConnectionProxy[asyncpg.Record]", self._connection)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._holder is None:
            await self._from.__aexit__(kind, error, traceback)
        else:
            await self._from.take_back(self._holder, self._connection)
        if isinstance(error, asyncpg.IntegrityConstraintViolationError):
            raise IntegrityError(error) from error
        if isinstance(error, asyncpg.SyntaxOrAccessError | asyncpg.DataError):
            raise OperationalError(error) from error


@asynccontextmanager
async def _executor(url: str) -> AsyncIterator[MigrationExecutor]:
    """A context of its own, so that a connected process can ask as well."""
    context = TortoiseContext()
    with context:
        config = tortoise_config(url, pool=2)
        await context.init(config, init_connections=False)
        try:
            yield MigrationExecutor(get_connection(CONNECTION), config["apps"])
        finally:
            await asyncio.shield(context.close_connections())
