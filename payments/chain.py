"""What is different between the nodes of the two coins; all else they do alike, being children of Bitcoin Core.

Litecoin Core is of 0.21; Bitcoin Cash Node went its own way from 0.18. So we keep to the calls that both have: `getbalance`
rather than `getbalances`, outputs as an object rather than a list, change told from payments by its script.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.coin import Coin, Network

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Chain:
    # A block that only this chain has, as (height, hash): nodes of Bitcoin, of its other offspring, and of ours all say "main".
    landmarks: Mapping[Network, tuple[int, str]]
    block_seconds: int
    # The second argument of `sendrawtransaction`, for "whatever the fee": we have held it against our own ceiling before we signed.
    any_fee: object


CHAINS = {
    Coin.LTC: Chain(
        landmarks={
            Network.MAIN: (0, "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"),
            Network.TEST: (0, "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0"),
            Network.REGTEST: (0, "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9"),
        },
        block_seconds=150,
        any_fee=0,  # coins a kilobyte at most; 0 is no limit
    ),
    Coin.BCH: Chain(
        landmarks={
            # The first block after the last split, that of November 2020, with those of Bitcoin and Bitcoin SV behind it.
            Network.MAIN: (661_648, "0000000000000000029e471c41818d24b8b74c911071c4ef0b4a0509f9b5a8ce"),
            Network.TEST: (1_421_482, "0000000023e0680a8a062b3cc289a4a341124ce7fcb6340ede207e194d73b60a"),
            # In regtest all of Bitcoin's family begin with the same block, and none has another that is known beforehand.
            Network.REGTEST: (0, "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
        },
        block_seconds=600,
        any_fee=True,  # allowhighfees
    ),
}
