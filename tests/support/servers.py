"""A PostgreSQL and a Redis of the tests' own, one of each a process that runs tests."""

import atexit
import fcntl
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from ops.embedded import EmbeddedPostgres, EmbeddedRedis
from ops.settings import settings

PREFIX = "tidemark-tests-"


def _sweep() -> None:
    """Ends the servers of test runs that were killed: the kernel has let go of their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / "session").open("r+") as session:
            fcntl.flock(session, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for server in (EmbeddedRedis(folder), EmbeddedPostgres(folder)):
                server.stop_if_unused()
            for pid_file in folder.rglob("*coind.pid"):
                _end_node(int(pid_file.read_text()), folder)
            shutil.rmtree(folder)


def _end_node(pid: int, folder: Path) -> None:
    """A coin's node whose test run was killed; by now its number may be another's."""
    if str(folder) in Path(f"/proc/{pid}/cmdline").read_text():
        os.kill(pid, signal.SIGKILL)


def _begin() -> tuple[Path, IO[str]]:
    """A folder of this run's own and the lock that says it is alive; short, so that the sockets fit."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    session = (folder / "session.new").open("w")
    fcntl.flock(session, fcntl.LOCK_EX)
    (folder / "session.new").rename(folder / "session")
    return folder, session


_sweep()
DATA_DIR, _session = _begin()
# Before anything reads the settings.
os.environ.update(DATA_DIR=str(DATA_DIR), SECRET_KEY="only-for-tests-" + "0" * 32)
for _name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "PORT", "HOST", "MAIL_URL", "STORAGE_URL", "TRUSTED_PROXIES"):
    os.environ.pop(_name, None)
settings.cache_clear()

postgres = EmbeddedPostgres(DATA_DIR, durable=False)
redis_server = EmbeddedRedis(DATA_DIR)


@atexit.register
def _leave_nothing() -> None:
    for server in (redis_server, postgres):
        server.stop()
    shutil.rmtree(DATA_DIR, ignore_errors=True)
    _session.close()
