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
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx

from models import Session, StepPass, User
from models.tutorial_progress import STEP_KEYS
from ops.database import connected, migrate
from ops.embedded import embedded_servers
from ops.settings import ROOT, settings
from schema.ids import load_key

START_SECONDS = 60.0
STOP_SECONDS = 20.0
# What the machine's own settings would say: a load runs on servers of its own, whatever they are.
UNSET = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "HOST", "MAIL_URL", "STORAGE_URL", "SECRET_KEY", "TRUSTED_PROXIES")


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


@contextmanager
def _temporary_settings() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="tidemark-load-"))
    before = dict(os.environ)
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ.update(DATA_DIR=str(folder), PORT=str(_free_port()))
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@asynccontextmanager
async def _process(command: str) -> AsyncIterator[None]:
    log = (settings().data_dir / f"{command}.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "bin" / "tidemark"), command, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        yield
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
