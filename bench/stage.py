"""Where a load is played: servers and a DATA_DIR of its own, and the processes of the product as an operator would start them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.ending import end_with_parent
from models import Session, StepPass, User
from models.tutorial_progress import STEP_KEYS
from ops.database import connected, migrate
from ops.embedded import embedded_servers
from ops.settings import ROOT, settings
from schema.ids import load_key

START_SECONDS = 180.0
STOP_SECONDS = 60.0
# What the machine's own settings would say: a load runs on servers of its own, whatever they are.
UNSET = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "HOST", "MAIL_URL", "STORAGE_URL", "SECRET_KEY", "TRUSTED_PROXIES")


@dataclass(frozen=True, slots=True)
class Web:
    url: str
    port: int
    pid: int
    log: Path


@asynccontextmanager
async def own_servers() -> AsyncIterator[None]:
    """PostgreSQL and Redis in a temporary folder, where the settings then point. They are gone afterwards."""
    with _temporary_settings():
        async with embedded_servers(settings()):
            yield


@asynccontextmanager
async def empty_stage(*, pool: int = 10) -> AsyncIterator[None]:
    """Servers of its own, migrated, and this process connected."""
    async with own_servers():
        await migrate(settings().database_url)
        async with connected(settings().database_url, pool=pool):
            await load_key()
            yield


@asynccontextmanager
async def web_and_worker() -> AsyncIterator[str]:
    """A web and a worker process on the stage; the address that the first listens at."""
    async with _process("worker"), _process("serve"):
        await _ready(settings().public_url)
        yield settings().public_url


@asynccontextmanager
async def web_alone(**environment: str) -> AsyncIterator[Web]:
    """A web process on the stage, whose settings may differ from the stage's."""
    async with _process("serve", environment) as process:
        await _ready(settings().public_url)
        yield Web(settings().public_url, settings().port, process.pid, settings().data_dir / "serve.log")


async def an_annotator(name: str) -> User:
    """Confirmed, through the tutorial, with a profile. Nobody signs in to them: the load opens their sessions itself."""
    user = await User.register(email=f"{name}@load.test", password_hash="none", display_name=name)
    assert user is not None
    await user.confirm()
    await user.update_profile({"country": "PT", "languages": ["en"], "devices": ["DESKTOP"], "time_zone": "Europe/Lisbon"})
    for step in STEP_KEYS:
        await StepPass.note(user.id, step)
    return await user.reread()


async def cookie_of(user: User) -> str:
    _, token = await Session.open(user, "load")
    return f"tidemark_session={token}"


async def ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancels until each is gone: on Python 3.11 a library's `wait_for` now and then swallows a cancellation. Raises what failed."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        done, waiting = await asyncio.wait(waiting, timeout=1)
        for task in done:
            if not task.cancelled():
                task.result()


@contextmanager
def _temporary_settings() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="tidemark-load-"))
    before = dict(os.environ)
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ.update(DATA_DIR=str(folder), PORT=str(free_port()))
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """One to listen at that stays this process's: the kernel gives it to nobody who asks for any, also while nothing listens there."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = int(held.getsockname()[1])
    if sys.platform == "linux":
        held.detach()
    else:
        # There, who is bound to it keeps it from all others.
        held.close()
    return port


@asynccontextmanager
async def _process(command: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    log = (settings().data_dir / f"{command}.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "bin" / "tidemark"),
        command,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
        preexec_fn=end_with_parent,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        if process.returncode is None:
            process.kill()
            await process.wait()
        log.close()


async def _ready(url: str) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(START_SECONDS):
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(f"{url}/readyz")).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.1)
