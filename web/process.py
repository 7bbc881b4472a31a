"""The processes: serving, working, and both in one, on servers of their own where the settings name none."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import uvicorn
from tortoise.exceptions import BaseORMException

from ops.database import connected, migrate, sql
from ops.embedded import embedded_servers
from ops.redis import REDIS_AWAY, redis_client
from ops.settings import Settings, settings
from ops.storage import storage
from web.serving import listening, server_config

# Of a process that only serves: whose statement takes longer waits for a server that is gone, and their client may try again.
STATEMENT_SECONDS = 8.0


class CannotStart(Exception):
    """What the process needs is not there; str() is one line that says what."""


@asynccontextmanager
async def standing(*, statement_seconds: float | None = None, may_be_empty: bool = False) -> AsyncIterator[None]:
    """PostgreSQL and Redis answer, ours if need be, and the process is connected. Raises CannotStart, EmbeddedFailed.

    A database without our tables is refused, but for who is about to make them.
    """
    async with embedded_servers(settings()):
        async with connected(settings().database_url, statement_seconds=statement_seconds):
            await _check_servers(settings())
            if not may_be_empty and not await sql.value("SELECT to_regclass('installation') IS NOT NULL"):
                raise CannotStart("DATABASE_URL: the database is empty: run `bin/tidemark migrate` first")
            yield


async def migrate_now() -> None:
    async with embedded_servers(settings()):
        try:
            await migrate(settings().database_url)
        except (OSError, asyncpg.PostgresError, BaseORMException) as error:
            raise CannotStart(f"DATABASE_URL: {error}") from error


async def serve(stop: asyncio.Event, *, listener: socket.socket, when_started: Callable[[], None]) -> None:
    """Serves the app at `listener` until `stop` is set, then lets requests finish."""
    from web.app import create_app

    _check_storage()
    server = _Server(server_config(create_app(), settings()))
    watching = asyncio.create_task(_stop_when(stop, server, when_started))
    try:
        await server.serve(sockets=[listener])
    finally:
        watching.cancel()


async def together(stop: asyncio.Event, *parts: Awaitable[None]) -> None:
    """Runs the parts until each has ended; when one ends or fails, the others are asked to stop. Raises what failed first."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await asyncio.gather(*tasks)
    finally:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)


def listen() -> socket.socket:
    """Takes HOST and PORT, first of all, so that a port in use is told at once. Raises CannotStart."""
    host, port = settings().host, settings().port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return listening(host, port, family)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise CannotStart(f"HOST, PORT: cannot listen at {host}:{port}: {reason}") from error


@contextmanager
def stopped_by_signals() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C or SIGTERM sets. A second Ctrl-C does not wait any more."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, interrupted)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    try:
        yield stop
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        loop.remove_signal_handler(signal.SIGTERM)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to stopped_by_signals(): they stop the worker and the embedded servers too."""
        yield


def spare_collections() -> None:
    """What the start made lives as long as the process: Python's collector need not look at it again and again.

    With the schema, the ORM and some hundred sockets a full collection took up to 0.75 s, in which nothing was delivered.
    Cycles are still collected, after more allocations than the default's 700, and the whole heap only when much of it is new.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


async def _stop_when(stop: asyncio.Event, server: uvicorn.Server, when_started: Callable[[], None]) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    spare_collections()
    when_started()
    await stop.wait()
    server.should_exit = True


def _check_storage() -> None:
    try:
        storage()
    except (OSError, ValueError) as error:
        raise CannotStart(f"STORAGE_URL: {error}") from error


async def _check_servers(read: Settings) -> None:
    try:
        await sql.value("SELECT 1")
    except (OSError, asyncpg.PostgresError, BaseORMException) as error:
        raise CannotStart(f"DATABASE_URL: {error}") from error
    redis = redis_client(read.redis_url)
    try:
        await redis.ping()
    except REDIS_AWAY as error:
        raise CannotStart(f"REDIS_URL: {error}") from error
    finally:
        await redis.aclose()
