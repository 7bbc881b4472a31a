"""What is broken on purpose: a whole installation, each process of it with links of its own to PostgreSQL and Redis."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.links import Link, to_socket
from bench.stage import free_port
from ops.embedded import EmbeddedFailed, EmbeddedPostgres, EmbeddedRedis
from ops.settings import ROOT, settings

WEBS, WORKERS = 2, 2
START_SECONDS = 180.0
POLL_SECONDS = 0.02
# Nobody's verdict comes between: what is on the board stays there.
ENVIRONMENT = {"JUDGE_DELAY_FROM": "3600", "JUDGE_DELAY_TO": "3600"}


class Mother:
    """Of all processes: see bench/mother.py."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def living(cls) -> AsyncIterator[Mother]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.mother", cwd=ROOT, stdin=pipe, stdout=pipe)
        try:
            yield cls(process)
        finally:
            assert process.stdin
            process.stdin.close()
            await process.wait()

    async def bear(self, command: str, environment: dict[str, str], log: Path) -> int:
        assert self._process.stdin
        assert self._process.stdout
        async with self._turn:
            asked = {"command": command, "environment": environment, "log": str(log)}
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            return int(await self._process.stdout.readline())


@dataclass(eq=False)
class Process:
    """One of the product's, which is started again whenever it has died, as any supervisor would."""

    name: str
    mother: Mother
    command: str
    environment: dict[str, str]
    log: Path
    redis: Link
    postgres: Link
    port: int = 0
    # Not before then.
    starts_at: float = 0.0
    lives: int = 0
    pid: int = 0
    _handle: int = -1

    async def keep(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            if not self.signal(0) and clock() >= self.starts_at:
                self.pid = await self.mother.bear(self.command, self.environment, self.log)
                self._handle = os.pidfd_open(self.pid)
                self.lives += 1
            await asyncio.sleep(POLL_SECONDS)

    def signal(self, number: int) -> bool:
        """Whether it lives, or did until now."""
        if self._handle < 0:
            return False
        try:
            signal.pidfd_send_signal(self._handle, number)
        except ProcessLookupError:
            os.close(self._handle)
            self._handle = -1
            return False
        return True

    def kill(self, down_seconds: float) -> None:
        self.starts_at = asyncio.get_running_loop().time() + down_seconds
        self.signal(signal.SIGKILL)


class Installation:
    """Two web processes, two workers, a PostgreSQL and a Redis; this process is connected straight to the database."""

    def __init__(self, postgres: EmbeddedPostgres, redis: EmbeddedRedis) -> None:
        self.postgres = postgres
        self.redis = redis
        self.webs: list[Process] = []
        self.workers: list[Process] = []
        # One thing at a time is done to each.
        self.postgres_turn, self.redis_turn = asyncio.Lock(), asyncio.Lock()

    @property
    def processes(self) -> list[Process]:
        return [*self.webs, *self.workers]

    @classmethod
    @asynccontextmanager
    async def standing(cls) -> AsyncIterator[Installation]:
        """On the servers of the stage."""
        folder = settings().data_dir
        postgres, redis = EmbeddedPostgres(folder), EmbeddedRedis(folder)
        async with AsyncExitStack() as stack:
            mother = await stack.enter_async_context(Mother.living())
            for server in (postgres, redis):
                await asyncio.to_thread(server.start)
                stack.callback(server.stop)
            installation = cls(postgres, redis)
            for n in range(WEBS):
                installation.webs.append(await installation._process(stack, mother, f"web{n}", "serve"))
            for n in range(WORKERS):
                installation.workers.append(await installation._process(stack, mother, f"worker{n}", "worker"))
            keeping = [asyncio.create_task(process.keep()) for process in installation.processes]
            stack.callback(lambda: [task.cancel() for task in keeping])
            await installation.ready(START_SECONDS)
            yield installation

    async def _process(self, stack: AsyncExitStack, mother: Mother, name: str, command: str) -> Process:
        folder = settings().data_dir / name
        folder.mkdir()
        redis = await stack.enter_async_context(Link(to_socket(str(self.redis.socket))))
        postgres = await stack.enter_async_context(Link(to_socket(str(self.postgres.run_dir / ".s.PGSQL.5432"))))
        port = free_port()
        environment = {
            **ENVIRONMENT,
            "DATA_DIR": str(folder),
            "PORT": str(port),
            "SECRET_KEY": settings().secret_key.get_secret_value(),
            "DATABASE_URL": f"postgres://tidemark@127.0.0.1:{postgres.port}/tidemark",
            "REDIS_URL": f"redis://127.0.0.1:{redis.port}",
        }
        log = settings().data_dir / f"{name}.log"
        return Process(name, mother, command, environment, log, redis, postgres, port)

    async def ready(self, seconds: float) -> None:
        """Until every process lives and the web says that it has what it needs. Raises TimeoutError."""
        async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=seconds) as client:
            for process in self.webs:
                while not await _is_ready(client, process):  # noqa: ASYNC110 - it has to be asked
                    await asyncio.sleep(POLL_SECONDS)
            while not all(process.signal(0) for process in self.workers):  # noqa: ASYNC110 - of a death nobody tells
                await asyncio.sleep(POLL_SECONDS)

    # Redis

    async def kill_redis(self, down_seconds: float) -> None:
        async with self.redis_turn:
            await asyncio.to_thread(self.redis.kill)
            await asyncio.sleep(down_seconds)
            await _restarted(self.redis)

    async def stop_redis(self, seconds: float) -> None:
        async with self.redis_turn:
            with _stopped([int(self.redis.pid_file.read_text())]):
                await asyncio.sleep(seconds)

    # PostgreSQL

    async def kill_postgres(self, down_seconds: float) -> None:
        async with self.postgres_turn:
            family = self._postgres_family()
            os.kill(family[0], signal.SIGKILL)
            await asyncio.sleep(down_seconds)
            while any(map(_is_running, family)):  # noqa: ASYNC110 - of a death nobody tells
                await asyncio.sleep(POLL_SECONDS)
            await _restarted(self.postgres)

    async def kill_backend(self, pid: int) -> None:
        """The others are ended by PostgreSQL itself, which recovers."""
        async with self.postgres_turn:
            if pid in self._postgres_family()[1:]:
                os.kill(pid, signal.SIGKILL)

    async def stop_postgres(self, seconds: float) -> None:
        async with self.postgres_turn:
            with _stopped(self._postgres_family()):
                await asyncio.sleep(seconds)

    def _postgres_family(self) -> list[int]:
        """The postmaster first."""
        master = int((self.postgres.cluster / "postmaster.pid").read_text().split()[0])
        return [master, *map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split())]


async def _is_ready(client: httpx.AsyncClient, process: Process) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return (await client.get(f"http://127.0.0.1:{process.port}/readyz")).status_code == httpx.codes.OK
    return False


def _is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    # Some containers have nobody who buries the dead.
    return status.rpartition(")")[2].split()[0] != "Z"


async def _restarted(server: EmbeddedPostgres | EmbeddedRedis) -> None:
    await asyncio.to_thread(server.stop)
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                return await asyncio.to_thread(server.start)
            except EmbeddedFailed:
                # What is left of the last one has not ended yet.
                await asyncio.sleep(POLL_SECONDS)


@contextlib.contextmanager
def _stopped(family: list[int]) -> Iterator[None]:
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
