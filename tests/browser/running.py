"""Tidemark as `make run` leaves it to whoever tries it: one command in a folder of its own, what it prints, and the mail that it writes."""

from __future__ import annotations

import asyncio
import email
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.stage import free_port
from ops.settings import ROOT

# The first start of all makes a database, its tables and the demo, on a machine where everything else runs too.
START_SECONDS = 180
STOP_SECONDS = 60
MAIL_SECONDS = 60
# What the tests' own processes are told, and a newcomer's is not.
OURS = ("DATA_DIR", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "HOST", "MAIL_URL", "STORAGE_URL")


@dataclass(frozen=True, slots=True)
class Running:
    """`origin` and `password` as the greeting says them; `password` is that of all its logins."""

    origin: str
    password: str
    environment: dict[str, str]

    async def link_mailed_to(self, address: str) -> str:
        """The link in the last mail to the address."""
        folder = Path(self.environment["DATA_DIR"]) / "mail"
        async with asyncio.timeout(MAIL_SECONDS):
            while True:
                for path in sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True):
                    letter = email.message_from_bytes(path.read_bytes())
                    found = re.search(r"https?://\S+", letter.get_payload(decode=True).decode())  # type: ignore[union-attr]
                    if letter["To"] == address and found:
                        return found[0]
                await asyncio.sleep(0.05)

    async def says(self, *command: str) -> str:
        """What another command of bin/tidemark's prints meanwhile."""
        process = await asyncio.create_subprocess_exec(*_tidemark(*command), env=self.environment, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        return said.decode().strip()


@asynccontextmanager
async def tidemark_run() -> AsyncIterator[Running]:
    """`bin/tidemark run` on an empty folder, until Ctrl-C; then it has ended well and nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="tidemark-run-"))
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"DATA_DIR": str(folder), "PORT": str(free_port())}
    log = folder / "log"
    with log.open("wb") as told:
        # Of a group of its own, as a terminal would have it: Ctrl-C reaches all of it, and not us.
        process = await asyncio.create_subprocess_exec(*_tidemark("run"), env=environment, stdout=told, stderr=told, start_new_session=True)
    try:
        yield Running(*await _greeting(process, log), environment)
        os.killpg(process.pid, signal.SIGINT)
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
        assert process.returncode == 0, log.read_text()
        assert _processes_of(folder) == []
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _tidemark(*command: str) -> list[str]:
    return [sys.executable, str(ROOT / "bin" / "tidemark"), *command]


async def _greeting(process: asyncio.subprocess.Process, log: Path) -> tuple[str, str]:
    """The address and the password, once they are printed."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            assert process.returncode is None, log.read_text()
            found = re.search(r"^Tidemark is at (\S+)\nPassword of each: (\S+)$", log.read_text(), re.MULTILINE)
            if found:
                return found[1], found[2]
            await asyncio.sleep(0.05)


def _processes_of(folder: Path) -> list[str]:
    """Those that were started in its name: PostgreSQL and Redis are told of it, and what they start inherits it."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        # One that has ended since, or is another user's.
        with suppress(OSError):
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
            if str(folder).encode() in command + environment:
                left.append(f"{process.name}: {command.decode(errors='replace')}")
    return left
