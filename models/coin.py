"""The coins that people are paid in, and what is particular to each."""

from __future__ import annotations

from enum import StrEnum

# Of one coin, of each.
SATOSHIS = 100_000_000


class Network(StrEnum):
    MAIN = "main"
    TEST = "test"
    REGTEST = "regtest"


class Coin(StrEnum):
    LTC = "LTC"
    BCH = "BCH"

    @property
    def label(self) -> str:
        return {Coin.LTC: "Litecoin", Coin.BCH: "Bitcoin Cash"}[self]

    @property
    def confirmations(self) -> int:
        """How many blocks make a payment final."""
        return {Coin.LTC: 6, Coin.BCH: 10}[self]

    @property
    def dust(self) -> int:
        """Satoshis below which nodes pass no output on, whatever its form."""
        return {Coin.LTC: 5_460, Coin.BCH: 576}[self]

    def explorer_url(self, network: Network, txid: str) -> str | None:
        """Where anyone may look at a transaction; None where nobody else sees the chain."""
        if network != Network.MAIN:
            return None
        return f"https://blockchair.com/{'litecoin' if self is Coin.LTC else 'bitcoin-cash'}/transaction/{txid}"
