"""A real node of each coin with coins in its wallet, asked alike."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from models.coin import Coin
from payments.encodings import base58check, cashaddr
from payments.node import Input, Node, Output, Signed
from payments.regtest import HOT, Regtest
from tests.support.bch_node import BchAdapter, bch_node
from tests.support.servers import DATA_DIR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable


class Peer(ABC):
    """One coin's node in regtest. What payments leave in it stays from test to test, so tests look at differences."""

    coin: Coin

    @property
    @abstractmethod
    def url(self) -> str:
        """Of the wallet that pays."""

    @abstractmethod
    async def ask(self, method: str, *params: object) -> Any:
        """Anything of the node's own, with that wallet."""

    @abstractmethod
    def address(self) -> str:
        """A new one of nobody, to pay to."""

    @abstractmethod
    async def mine(self, blocks: int = 1) -> int:
        """The height then."""

    def node(self, *, timeout: float = 30) -> Node:
        return Node(self.coin, self.url, timeout=timeout)

    def outputs(self, *satoshis: int) -> list[Output]:
        return [Output(self.address(), amount) for amount in satoshis]

    async def paid(self, signed: Signed) -> list[int]:
        """What of its outputs stands unspent in the chain or the mempool, in satoshis."""
        found = [await self.ask("gettxout", signed.txid, number, True) for number in range(len(signed.outputs))]
        return [int(output["value"] * 10**8) for output in found if output]

    async def rival(self, inputs: Iterable[Input]) -> str:
        """The bytes of another transaction with the same inputs, as hex."""
        spent = [{"txid": txid, "vout": vout} for txid, vout in inputs]
        blank = await self.ask("createrawtransaction", spent, {self.address(): "0.01"})
        funded = await self.ask("fundrawtransaction", blank)
        rival = await self.ask("signrawtransactionwithwallet", funded["hex"])
        return str(rival["hex"])


class LitecoinPeer(Peer):
    coin = Coin.LTC

    def __init__(self, regtest: Regtest) -> None:
        self.regtest = regtest

    @property
    def url(self) -> str:
        return self.regtest.url(HOT)

    async def ask(self, method: str, *params: object) -> Any:
        return await self.regtest.ask(method, *params)

    def address(self) -> str:
        return base58check(b"\x6f" + secrets.token_bytes(20))

    async def mine(self, blocks: int = 1) -> int:
        return await self.regtest.mine(blocks)

    async def restart(self) -> None:
        """What it has in memory is kept: a kill after this loses what comes after this."""
        await self.regtest.down()
        await self.regtest.start()


class BitcoinCashPeer(Peer):
    coin = Coin.BCH

    def __init__(self, adapter: BchAdapter) -> None:
        self._adapter = adapter

    @property
    def url(self) -> str:
        return self._adapter.url

    async def ask(self, method: str, *params: object) -> Any:
        return await self._adapter.ask(method, *params)

    def address(self) -> str:
        return cashaddr("bchreg", b"\0" + secrets.token_bytes(20))

    async def mine(self, blocks: int = 1) -> int:
        await self.ask("generatetoaddress", blocks, self.address())
        height: int = await self.ask("getblockcount")
        return height


@asynccontextmanager
async def litecoin_peer() -> AsyncIterator[LitecoinPeer]:
    # Not where the settings look for a node: other tests have none.
    regtest = Regtest(DATA_DIR / "node")
    await regtest.up()
    try:
        yield LitecoinPeer(regtest)
    finally:
        await regtest.kill()


@asynccontextmanager
async def bitcoin_cash_peer() -> AsyncIterator[BitcoinCashPeer]:
    async with bch_node(DATA_DIR / "bch") as adapter:
        peer = BitcoinCashPeer(adapter)
        await peer.ask("generatetoaddress", 10, await peer.ask("getnewaddress"))
        await peer.mine(100)
        yield peer
