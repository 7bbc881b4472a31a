"""A node of each coin for all tests of the session."""

from collections.abc import AsyncIterator

import pytest

from models.coin import Network
from payments.batch import Payouts
from payments.node import Node
from tests.payments.paying import opened
from tests.support.coins import BitcoinCashPeer, Peer, bitcoin_cash_peer


@pytest.fixture(scope="session")
async def bitcoin_cash() -> AsyncIterator[BitcoinCashPeer]:
    async with bitcoin_cash_peer() as peer:
        yield peer


@pytest.fixture(
    params=[
        pytest.param("litecoin", marks=pytest.mark.needs("litecoind")),
        pytest.param("bitcoin_cash", marks=pytest.mark.needs("bch-node")),
    ]
)
def peer(request: pytest.FixtureRequest) -> Peer:
    """Each coin's in turn."""
    peer = request.getfixturevalue(request.param)
    assert isinstance(peer, Peer)
    return peer


@pytest.fixture
async def node(peer: Peer) -> AsyncIterator[Node]:
    """Its wallet with nothing locked and all confirmed, at the beginning and at the end."""
    async with peer.node() as node:
        await node.lock_only([])
        await peer.mine()
        yield node
        await node.lock_only([])


@pytest.fixture
async def payouts(peer: Peer, emptied: None) -> AsyncIterator[Payouts]:
    """Of a coin whose ledger begins with what the node has."""
    async with peer.node() as node:
        await opened(peer, node)
        yield Payouts(node, Network.REGTEST)
        await node.lock_only([])
