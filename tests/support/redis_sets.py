"""Several Redis servers of the tests' own that stand in for each other: a master that sentinels watch, and a cluster."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bench.stage import free_port
from ops.embedded import _redis_server

# A sentinel that its machine lets wait for two seconds trusts nobody for the next thirty.
SECONDS = 120.0
MASTER = "tidemark"
PASSWORD = "tulip/1"
SLOTS = 16384
# Longer than a busy machine makes one wait that lives.
NODE_TIMEOUT_MS = 2000
SENTINEL = """
port {port}
bind 127.0.0.1
dir {folder}
sentinel monitor tidemark 127.0.0.1 {master} 2
sentinel auth-pass tidemark tulip/1
sentinel down-after-milliseconds tidemark 1500
sentinel failover-timeout tidemark 2000
"""


class Server:
    """One redis-server; `options` as on its command line."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.folder = folder / str(self.port)
        self.folder.mkdir()
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *first: str) -> None:
        where = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "", "--logfile", "log")
        self.process = subprocess.Popen([_redis_server(), *first, *(self.options if first else (*where, *self.options))])

    def client(self, password: str | None = None) -> Redis:
        return Redis(host="127.0.0.1", port=self.port, password=password, socket_timeout=2)

    async def ask(self, *command: str | int, password: str | None = None) -> Any:
        async with self.client(password) as client:
            return await cast("Any", client).execute_command(*command)

    def kill(self) -> None:
        """As a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)


class Watched:
    """A master and a replica, and three sentinels."""

    def __init__(self, folder: Path) -> None:
        secret = ("--requirepass", PASSWORD, "--masterauth", PASSWORD)
        self.master = Server(folder, *secret)
        self.replica = Server(folder, *secret, "--replicaof", f"127.0.0.1 {self.master.port}")
        self.sentinels = [Server(folder) for _ in range(3)]

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in self.sentinels)
        return f"redis+sentinel://:tulip%2F1@{hosts}/{MASTER}/1"

    async def start(self) -> None:
        self.master.start()
        self.replica.start()
        for sentinel in self.sentinels:
            file = sentinel.folder / "sentinel.conf"
            file.write_text(SENTINEL.format(port=sentinel.port, folder=sentinel.folder, master=self.master.port))
            sentinel.start(str(file), "--sentinel", "--logfile", "log")
        for sentinel in self.sentinels:
            await eventually(lambda server=sentinel: self._knows_all(server))  # type: ignore[misc]

    async def _knows_all(self, sentinel: Server) -> bool:
        async with sentinel.client() as client:
            state: Any = await client.sentinel_master(MASTER)
        return bool(state["num-other-sentinels"] == 2 and state["num-slaves"] == 1)

    def stop(self) -> None:
        for server in (*self.sentinels, self.replica, self.master):
            server.kill()


class Cluster:
    """Three nodes with slots, and a replica of the first."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [self._node(folder) for _ in range(4)]

    def _node(self, folder: Path) -> Server:
        timeout = ("--cluster-node-timeout", str(NODE_TIMEOUT_MS))
        return Server(folder, "--cluster-enabled", "yes", "--cluster-port", str(free_port()), *timeout)

    @property
    def url(self) -> str:
        # The last two: that the others exist is theirs to tell.
        return "redis+cluster://" + ",".join(f"127.0.0.1:{each.port}" for each in self.nodes[1:3])

    async def start(self) -> None:
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            await eventually(lambda server=node: answers(server))  # type: ignore[misc]
        share = SLOTS // 3 + 1
        for number, node in enumerate(self.nodes):
            if number < 3:
                await node.ask("CLUSTER ADDSLOTSRANGE", number * share, min((number + 1) * share, SLOTS) - 1)
            await node.ask("CLUSTER SET-CONFIG-EPOCH", number + 1)
            if number:
                await node.ask("CLUSTER MEET", "127.0.0.1", self.nodes[0].port, self.nodes[0].options[3])
        await eventually(self._is_whole)
        await self.nodes[3].ask("CLUSTER REPLICATE", await self.id_of(0))
        await eventually(lambda: self.has_role(3, b"slave"))

    async def _is_whole(self) -> bool:
        for node in self.nodes:
            info = await node.ask("CLUSTER INFO")
            if info["cluster_state"] != "ok" or info["cluster_known_nodes"] != "4":
                return False
        return True

    async def id_of(self, number: int) -> str:
        return str((await self.nodes[number].ask("CLUSTER MYID")).decode())

    async def has_role(self, number: int, role: bytes) -> bool:
        found = await self.nodes[number].ask("ROLE")
        return bool(found[0] == role and (role != b"slave" or found[3] == b"connected"))

    async def move_slot(self, slot: int, to: int) -> None:
        """Of a slot without keys."""
        target = await self.id_of(to)
        for node in (self.nodes[to], *self.nodes[:3]):
            await node.ask("CLUSTER SETSLOT", slot, "NODE", target)

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()


@asynccontextmanager
async def running(servers: Watched | Cluster) -> AsyncIterator[None]:
    try:
        await servers.start()
        yield
    finally:
        servers.stop()


async def answers(server: Server) -> bool:
    async with server.client() as client:
        return bool(await client.ping())


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            with suppress(RedisError, OSError):
                if await holds():
                    return
            await asyncio.sleep(0.05)
