"""What the database was asked, and who waits in it."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from tortoise.log import db_client_logger

from ops.database import sql
from tests.support.ceiling import CEILING_SECONDS

_NOT_SQL = ("Created connection", "Closed connection")


@contextmanager
def counted_sql() -> Iterator[list[str]]:
    """Collects the statements issued meanwhile by Tortoise and ops.database.sql: `len()` of it is the count, and the list says which.

    BEGIN and COMMIT are not among them.
    """
    statements: list[str] = []
    collector = _Collector(statements)
    level = db_client_logger.level
    db_client_logger.addHandler(collector)
    db_client_logger.setLevel(logging.DEBUG)
    try:
        yield statements
    finally:
        db_client_logger.setLevel(level)
        db_client_logger.removeHandler(collector)


async def until_somebody_waits(transactions: int = 1) -> None:
    """For a lock that another transaction holds. May be asked within a transaction: pg_stat_activity would tell the same each time."""
    waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(CEILING_SECONDS):
        while await sql.value(waiting) < transactions:  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.01)


class _Collector(logging.Handler):
    def __init__(self, statements: list[str]) -> None:
        super().__init__()
        self._statements = statements

    def emit(self, record: logging.LogRecord) -> None:
        if not str(record.msg).startswith(_NOT_SQL):
            self._statements.append(str(record.args[0]) if isinstance(record.args, tuple) and record.args else str(record.msg))
