"""Tortoise's engine for PostgreSQL, but for how a transaction begins and ends and how a connection goes back to the pool; `ops.database`
names this module as the engine.

Where BEGIN fails or is cancelled, Tortoise's own keeps the connection: each time one of the pool is gone for good, and what the task asks
next goes to a connection that is dead. A client that hangs up at the wrong moment, ten times, would have stopped the process.
"""

from __future__ import annotations

import math
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections


class Transaction(TransactionContextPooled):
    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        client: Any = self.client
        client._connection = await client._parent._pool.acquire()
        try:
            await client.begin()
        except BaseException:
            # Whether the transaction has begun nobody knows.
            client._connection.terminate()
            await self._let_go()
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        # First of all: what comes below may fail, or be cancelled.
        get_connections().reset(self.token)
        client: Any = self.client
        try:
            if not client._finalized:
                await (client.commit() if exc_type is None else client.rollback())
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        """Back to the pool, which ends the transaction if it is not ended, also where this is cancelled."""
        client: Any = self.client
        if client._parent._pool:
            await client._parent._pool.release(client._connection)


class Pool(asyncpg.Pool):
    """asyncpg's, but a connection on which nothing is left open goes back at once; asyncpg's own way is a task and three turns of the loop,
    which cost more than most queries. Whatever is not plainly in order takes that way."""

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:
        if not is_in_order(self, connection):
            await super().release(connection, timeout=timeout)
            return
        holder = connection._holder
        holder._timeout = None
        connection._con._on_release()
        holder._release()


def is_in_order(pool: Any, connection: Any) -> bool:
    """Whether it is this pool's, lent, open, outside of a transaction, and nothing of it is being cancelled."""
    lent = connection._con if isinstance(connection, PoolConnectionProxy) else None  # type: ignore[attr-defined]
    if lent is None or connection._holder._pool is not pool:
        return False
    is_open = not lent.is_closed() and not lent._protocol._is_cancelling()
    is_finished = lent._top_xact is None and not lent.is_in_transaction() and not lent._listeners and not lent._log_listeners
    return is_open and is_finished and connection._holder._generation == pool._generation


class PostgresClient(AsyncpgDBClient):
    async def create_pool(self, **options: Any) -> asyncpg.Pool:
        # No timer for each release: the connections are held for as long as the process lives.
        held = {"max_inactive_connection_lifetime": 0.0, "max_queries": math.inf, "connect": None, "setup": None, "init": None}
        return await Pool(None, record_class=asyncpg.Record, **held | options)

    def _in_transaction(self) -> TransactionContext:
        return Transaction(TransactionWrapper(self), self._pool_init_lock)


client_class = PostgresClient
