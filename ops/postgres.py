"""Tortoise's engine for PostgreSQL, but for how a transaction begins and ends and how a connection goes back to the pool; `ops.database`
names this module as the engine.

Where BEGIN fails or is cancelled, Tortoise's own keeps the connection: each time one of the pool is gone for good, and what the task asks
next goes to a connection that is dead. A client that hangs up at the wrong moment, ten times, would have stopped the process.
"""

from __future__ import annotations

import asyncio
import math
import socket
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

from ops.cancelling import within_a_task

# How long a server may take to open a connection; and to say that a statement was given up that somebody gave up.
CONNECT_SECONDS = 10.0
CANCEL_SECONDS = 2.0
# On a line that is cut without a word: silent for so long it is asked for a sign of life, so often, and then given up.
SILENT_SECONDS = 5
PROBES, PROBE_SECONDS = 3, 2


class Connection(asyncpg.Connection):
    """asyncpg's, but it does not wait for ever for a server that answers nothing any more: neither the statement that was given up gets
    through then, nor any other on this connection."""

    async def _cancel(self, waiter: Any, cancel_waiter: Any = None) -> None:
        async with asyncio.timeout(CANCEL_SECONDS) as patience:
            await super()._cancel(waiter, cancel_waiter)  # type: ignore[misc]
        if patience.expired():
            self.terminate()


async def watched(connection: Any) -> None:
    """By the kernel, from then on."""
    line = connection._transport.get_extra_info("socket")
    if line is None or line.family == socket.AF_UNIX:
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, SILENT_SECONDS)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, PROBE_SECONDS)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, PROBES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, (SILENT_SECONDS + PROBES * PROBE_SECONDS) * 1000)


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
    which cost more than most queries. Whatever is not plainly in order takes that way. And nobody waits for one longer than a statement may
    take: while the server is silent all are held by those who wait for it, and behind them others would queue without end."""

    patience: float | None = None

    async def _acquire(self, timeout: float | None) -> Any:
        if not self._queue.empty():  # type: ignore[attr-defined]
            return await super()._acquire(timeout)  # type: ignore[misc]
        await within_a_task()
        # Not asyncpg's own timeout, which is a task for each.
        async with asyncio.timeout(self.patience):
            return await super()._acquire(timeout)  # type: ignore[misc]

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:
        lent = connection._con if isinstance(connection, PoolConnectionProxy) else None  # type: ignore[attr-defined]
        if lent is None or connection._holder._pool is not self or not is_in_order(connection._holder, lent):
            await super().release(connection, timeout=timeout)
            return
        holder = connection._holder
        holder._timeout = None
        lent._on_release()
        holder._release()

    def lend(self) -> Any:
        """For one statement, the holder of a connection that is open and idle, or None: without the coroutines and the proxy of `acquire`,
        which cost as much as the statement. It goes back by `take_back`."""
        pool: Any = self
        queue = pool._queue
        if queue is None or pool._closing or queue.empty():
            return None
        holder = queue.get_nowait()
        if holder.is_connected() and is_in_order(holder, holder._con):
            holder._in_use = pool._loop.create_future()
            return holder
        queue.put_nowait(holder)
        return None

    async def take_back(self, holder: Any, connection: Any) -> None:
        if is_in_order(holder, connection):
            connection._on_release()
            holder._release()
        elif holder._con is connection and holder._in_use is not None:
            holder._proxy = PoolConnectionProxy(holder, connection)
            await self.release(holder._proxy)
        # Else it broke, and is no connection of the pool's any more.


def is_in_order(holder: Any, connection: Any) -> bool:
    """Whether a holder's connection is open, outside of a transaction, and nothing of it is being cancelled."""
    is_open = not connection.is_closed() and not connection._protocol._is_cancelling()
    is_finished = connection._top_xact is None and not connection.is_in_transaction()
    is_silent = not connection._listeners and not connection._log_listeners
    return is_open and is_finished and is_silent and holder._generation == holder._pool._generation


class PostgresClient(AsyncpgDBClient):
    async def create_pool(self, **options: Any) -> asyncpg.Pool:
        # No timer for each release: the connections are held for as long as the process lives.
        held = {"max_inactive_connection_lifetime": 0.0, "max_queries": math.inf, "connect": None, "setup": None, "init": watched}
        options |= {"connection_class": Connection, "timeout": CONNECT_SECONDS}
        pool = Pool(None, record_class=asyncpg.Record, **held | options)
        pool.patience = options["command_timeout"]
        return await pool

    def _in_transaction(self) -> TransactionContext:
        return Transaction(TransactionWrapper(self), self._pool_init_lock)


client_class = PostgresClient
