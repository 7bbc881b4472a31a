"""Workers that pay out and die. `python -m bench.crash_worker` forks one for each line of JSON it reads, a `Life`.

A worker goes on step by step, as the real one does, and tells the theatre (bench/crash.py) after each. Every SQL statement and every
question to the node is a boundary, before and after it: at the one it is told to it kills itself with SIGKILL.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from asyncpg.connection import Connection

from jobs.payouts import paying
from models import Coin
from models.coin import Network
from ops.database import connected, sql
from ops.logs import configure_logs
from ops.settings import settings
from payments.batch import Payouts
from payments.node import Node
from payments.rpc import Rpc

# What asyncpg does when a connection goes back to its pool is nothing of ours.
POOL = "pg_advisory_unlock_all"
# The longest wait for an answer of those that have no lock.
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Life:
    # Where the theatre listens, the database and the node.
    theatre: str
    database_url: str
    rpc_url: str
    # The boundary to die at, counted from 1; None lives on.
    dies_at: int | None
    # Without the lock that keeps workers from working at once.
    unlocked: bool


class Boundaries:
    """Counts them, by what they are."""

    def __init__(self, tell: Callable[[object], None], dies_at: int | None) -> None:
        self._tell = tell
        self._dies_at = dies_at
        self.passed: list[str] = []

    def install(self) -> None:
        """From then on every statement and every question of this process counts."""
        self._around(Connection, "execute", lambda query, *args: None if args else _statement(query))
        self._around(Connection, "_execute", lambda query, *_, **__: _statement(query))
        self._around(Rpc, "_post", lambda body: f"question {_method(body)}")

    def _around(self, owner: type, name: str, kind: Callable[..., str | None]) -> None:
        wrapped: Callable[..., Awaitable[Any]] = getattr(owner, name)

        async def counted(this: object, *args: Any, **more: Any) -> Any:
            what = kind(*args, **more)
            if what is None:
                return await wrapped(this, *args, **more)
            self._pass(f"before {what}")
            answer = await wrapped(this, *args, **more)
            self._pass(f"after {what}")
            return answer

        setattr(owner, name, counted)

    def _pass(self, kind: str) -> None:
        self.passed.append(kind)
        if len(self.passed) == self._dies_at:
            self._tell({"died": kind})
            os.kill(os.getpid(), signal.SIGKILL)


def _statement(query: str) -> str | None:
    if POOL in query:
        return None
    word = query.split(None, 1)[0].rstrip(";")
    return f"statement {'BEGIN' if word in {'BEGIN', 'START'} else word}"


def _method(body: bytes) -> str:
    call = json.loads(body)
    return str((call[0] if isinstance(call, list) else call)["method"])


async def live(life: Life) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as theatre:
        theatre.connect(life.theatre)
        answers = theatre.makefile("r")

        def tell(what: object) -> None:
            theatre.sendall(json.dumps(what).encode() + b"\n")

        boundaries = Boundaries(tell, life.dies_at)
        async with connected(life.database_url, pool=3):
            before = await sql.now() + timedelta(seconds=1)
            boundaries.install()
            told = 0
            while True:
                more, failure = False, ""
                try:
                    async with _payouts(life) as payouts:
                        more = payouts is not None and await payouts.step(before)
                except Exception as error:  # as the real worker: what fails is told, and tried again
                    failure = f"{type(error).__name__}: {error}"
                tell({"more": more, "failure": failure, "passed": boundaries.passed[told:]})
                told = len(boundaries.passed)
                # Nothing else goes on in this process: it may stand still.
                if not answers.readline():
                    return


@asynccontextmanager
async def _payouts(life: Life) -> AsyncIterator[Payouts | None]:
    if life.unlocked:
        async with Node(Coin.LTC, life.rpc_url, timeout=PATIENCE_SECONDS) as node:
            yield Payouts(node, Network.REGTEST)
        return
    async with paying(Coin.LTC) as payouts:
        yield payouts


def main() -> None:
    configure_logs(level=logging.CRITICAL)
    # Nobody waits for the dead.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() == 0:
            life = Life(**json.loads(line))
            os.environ.update(DATABASE_URL=life.database_url, LTC_RPC_URL=life.rpc_url, COIN_NETWORK="regtest")
            settings.cache_clear()
            asyncio.run(live(life))
            os._exit(0)


if __name__ == "__main__":
    main()
