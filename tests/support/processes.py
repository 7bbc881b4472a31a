"""The product's own processes, started as an operator would, beside the tests: what several of them do together shows only there."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.stage import free_port
from ops.settings import ROOT, settings

START_SECONDS = 180.0
STOP_SECONDS = 60.0


@dataclass(slots=True)
class Process:
    """`command` is one of bin/tidemark's."""

    command: str
    redis_url: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    running: asyncio.subprocess.Process | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.command}-{self.port}.log"

    async def start(self) -> None:
        """Begins; `ready` waits until it serves."""
        self.port = self.port or free_port()
        environment = {"DATABASE_URL": settings().database_url, "REDIS_URL": self.redis_url, "PORT": str(self.port), **self.environment}
        with self.log.open("ab") as log:
            self.running = await asyncio.create_subprocess_exec(
                *(sys.executable, str(ROOT / "bin" / "tidemark"), self.command),
                stdout=log,
                stderr=log,
                env=os.environ | environment,
            )

    async def ready(self) -> None:
        async with httpx.AsyncClient() as client, asyncio.timeout(START_SECONDS):
            while True:
                assert self.running is not None
                assert self.running.returncode is None, self.log.read_text()
                with suppress(httpx.HTTPError):
                    if (await client.get(f"{self.origin}/readyz")).status_code == httpx.codes.OK:
                        return
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """As a crash would end it."""
        assert self.running is not None
        with suppress(ProcessLookupError):
            self.running.kill()
        await self.running.wait()

    async def stop(self) -> None:
        """Asks it to end, as a new version's start does."""
        assert self.running is not None
        with suppress(ProcessLookupError):
            self.running.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.running.wait(), STOP_SECONDS)
        except TimeoutError:
            await self.kill()


@asynccontextmanager
async def processes(*each: Process) -> AsyncIterator[None]:
    """Started together, and ended together."""
    try:
        for process in each:
            await process.start()
        for process in each:
            if process.command == "serve":
                await process.ready()
        yield
    finally:
        await asyncio.gather(*(process.stop() for process in each if process.running is not None))
