"""A PostgreSQL and a Redis of the tests' own, one of each a process that runs tests."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from ops.embedded import EmbeddedPostgres, EmbeddedRedis
from ops.settings import settings

# Short, so that the sockets fit; made before anything reads the settings.
DATA_DIR = Path(tempfile.mkdtemp(prefix="tidemark-tests-"))
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
