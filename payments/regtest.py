"""A litecoind of one's own in regtest, under DATA_DIR: a chain nobody else sees, whose blocks come when they are asked for.

Three wallets: `hot`, which payouts go from; `payee`, where one can see coins arrive; `miner`, which all coins come from.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import random
import secrets
import shutil
import signal
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from models.coin import SATOSHIS
from ops.embedded import EmbeddedFailed
from ops.settings import REGTEST_URL_FILE
from payments import answers
from payments.rpc import NodeAway, NodeFault, Rpc, as_coins

if TYPE_CHECKING:
    from pathlib import Path

HOT, PAYEE, MINER = "hot", "payee", "miner"
USER = "tidemark"
START_SECONDS = 60.0
STOP_SECONDS = 60.0
RPC_SECONDS = 180.0
# A litecoind that cannot start says so in its log and ends this soon.
FAILS_WITHIN_SECONDS = 5.0
LOOK_SECONDS = 0.05
# What is mined can be spent a hundred blocks later: so many blocks make eleven coins of 50 LTC.
FIRST_BLOCKS = 111
# The hot wallet gets its money in several coins, so that one payment does not lock all of it.
FUNDS = 10
FUND = as_coins(40 * SATOSHIS)
# The block after this one begins Litecoin's MWEB, and none can be mined unless a transaction goes into that.
BEFORE_MWEB = 431

CONF = """\
# Written by `bin/tidemark regtest up`.
regtest=1
[regtest]
pid=litecoind.pid
rpcport={port}
rpcuser={user}
rpcpassword={password}
listen=0
connect=0
fallbackfee=0.0001
# A thousand keys in stock take seconds to make; these are made anew as they are used.
keypool=50
# A chain at rest is not one that has to catch up.
maxtipage=3153600000
dbcache=16
par=1
rpcthreads=4
"""


class RegtestFailed(EmbeddedFailed):
    """It does not run, or does not do what it was asked; str() says why, and what to do."""


class Regtest:
    """The node in one folder. Whatever asks it raises RegtestFailed."""

    def __init__(self, data_dir: Path) -> None:
        self.url_file = data_dir / REGTEST_URL_FILE
        self._folder = self.url_file.parent
        self._lock_file = self._folder / "regtest" / ".lock"
        self._pid_file = self._folder / "regtest" / "litecoind.pid"

    def url(self, wallet: str = HOT) -> str:
        """With the password in it."""
        try:
            hot = self.url_file.read_text().strip()
        except FileNotFoundError:
            raise RegtestFailed("There is no regtest yet: bin/tidemark regtest up") from None
        return f"{hot.removesuffix(HOT)}{wallet}"

    async def up(self) -> bool:
        """Runs it, with coins in the hot wallet; False where it ran already."""
        if self._is_running():
            await self._answered()
            return False
        await self.start()
        if await self._fund():
            # What a node has of its chain in memory is lost when it is killed: it is written when it stops.
            await self.down()
            await self.start()
        return True

    async def start(self) -> None:
        """As it was when it stopped."""
        program = shutil.which("litecoind")
        if program is None:
            raise RegtestFailed("litecoind is not on this machine: install the package litecoind, or set LTC_RPC_URL to a node of your own")
        self._folder.mkdir(parents=True, exist_ok=True)
        conf = self._configured()
        process = await asyncio.create_subprocess_exec(
            program,
            f"-datadir={self._folder}",
            f"-conf={conf}",
            "-daemon",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us
        )
        _, errors = await process.communicate()
        if process.returncode:
            raise RegtestFailed(f"litecoind did not start: {errors.decode().strip()}")
        await self._answered()

    async def down(self) -> bool:
        """Stops it; False where it did not run."""
        if not self._is_running():
            return False
        await self.ask("stop")
        await self._ended()
        return True

    async def kill(self) -> None:
        """Ends it as a crash would: for tests of what survives one."""
        if self._is_running():
            os.kill(int(self._pid_file.read_text()), signal.SIGKILL)
            await self._ended()

    async def mine(self, blocks: int = 1) -> int:
        """Adds blocks; the height then."""
        height: int = await self.ask("getblockcount")
        end = height + blocks
        while height < end:
            if height == BEFORE_MWEB:
                await self.ask("sendtoaddress", await self.ask("getnewaddress", "", "mweb", wallet=MINER), "1", wallet=MINER)
            stop = min(end, BEFORE_MWEB) if height < BEFORE_MWEB else end
            await self.ask("generatetoaddress", stop - height, await self.address(MINER))
            height = stop
        return height

    async def address(self, wallet: str = PAYEE) -> str:
        """A new one of a wallet."""
        return str(await self.ask("getnewaddress", wallet=wallet))

    async def payee_has(self) -> str:
        """LTC, of what blocks hold."""
        return f"{await self.ask('getbalance', '*', 1, wallet=PAYEE):f}"

    async def ask(self, method: str, *params: object, wallet: str = HOT) -> Any:
        """Anything of the node's own."""
        rpc = Rpc("regtest", self.url(wallet), RPC_SECONDS)
        try:
            return await rpc.call(answers.ANYTHING, method, *params)
        except NodeFault as fault:
            raise RegtestFailed(f"{fault} Is it up? bin/tidemark regtest up" if isinstance(fault, NodeAway) else str(fault)) from fault
        finally:
            await rpc.close()

    async def _fund(self) -> bool:
        """Fills the hot wallet where it is empty, whatever was begun before."""
        there = await self.ask("listwallets")
        for name in {HOT, PAYEE, MINER}.difference(there):
            await self.ask("createwallet", name, False, False, "", False, False, True)  # loaded at every start
        if await self.ask("getbalance"):
            return False
        await self.mine(FIRST_BLOCKS)
        coins = {await self.address(HOT): FUND for _ in range(FUNDS)}
        await self.ask("sendmany", "", coins, wallet=MINER)
        await self.mine()
        return True

    def _configured(self) -> Path:
        """The file it reads; port and password stay what they were, unless somebody else has the port now."""
        port, password = _free_port(), secrets.token_urlsafe(24)
        with suppress(RegtestFailed):
            before = urlsplit(self.url())
            password = before.password or password
            port = before.port if before.port and _is_free(before.port) else port
        _write_secretly(self.url_file, f"http://{USER}:{password}@127.0.0.1:{port}/wallet/{HOT}\n")
        conf = self._folder / "litecoin.conf"
        _write_secretly(conf, CONF.format(port=port, user=USER, password=password))
        return conf

    def _is_running(self) -> bool:
        """It holds a lock as long as it lives, which the kernel drops."""
        with suppress(FileNotFoundError), self._lock_file.open("r+") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    async def _answered(self) -> None:
        begun = time.monotonic()
        while time.monotonic() < begun + START_SECONDS:
            with suppress(RegtestFailed):
                await self.ask("getblockcount", wallet="")
                return
            if time.monotonic() > begun + FAILS_WITHIN_SECONDS and not self._is_running():
                break
            await asyncio.sleep(LOOK_SECONDS)
        raise RegtestFailed(f"litecoind does not answer: {self._folder / 'regtest' / 'debug.log'} says why")

    async def _ended(self) -> None:
        until = time.monotonic() + STOP_SECONDS
        while self._is_running():
            if time.monotonic() > until:
                raise RegtestFailed(f"litecoind does not stop: {self._folder / 'regtest' / 'debug.log'} says why")
            await asyncio.sleep(LOOK_SECONDS)


def _free_port() -> int:
    """Below those that the kernel gives to connections: one of them may have it when the node comes back."""
    while not _is_free(port := random.randrange(20_000, 32_768)):
        pass
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        # A port that its last user left a minute ago is free all the same.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _write_secretly(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
