"""A coin's payouts taken step by step, and what they left in the node and the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models import Coin, HotWallet, PayoutBatch, PayoutBatchState, Quote, User, Withdrawal
from ops.database import sql
from tests.support.payouts import an_annotator_with, requested

if TYPE_CHECKING:
    from payments.batch import Payouts
    from payments.node import Node
    from tests.support.coins import Peer

# Dollars for a coin, in micro-dollars.
RATE = 100_000_000


async def opened(peer: Peer, node: Node) -> None:
    await node.lock_only([])
    await peer.mine(peer.coin.confirmations + 1)
    _, last_block = await node.received(None)
    balance = await node.balance()
    await (await HotWallet.of(peer.coin)).saw(balance, [("opening", 0, balance)], last_block)
    await Quote.keep([(coin, "fixed", RATE) for coin in Coin])


async def asked(peer: Peer, micros: int, *, user: User | None = None, address: str | None = None) -> Withdrawal:
    user = user or await an_annotator_with(micros)
    return await requested(user, micros, address=address or peer.address(), coin=peer.coin)


async def soon() -> datetime:
    return await sql.now() + timedelta(seconds=1)


async def goes_on(payouts: Payouts) -> None:
    """Until there is nothing more to do without new blocks."""
    before = await soon()
    while await payouts.step(before):
        pass


async def problem(peer: Peer) -> str | None:
    return (await HotWallet.of(peer.coin)).problem


async def latest(peer: Peer) -> PayoutBatch:
    batch = await PayoutBatch.filter(coin=peer.coin).order_by("-id").first()
    assert batch is not None
    return batch


async def arrived(peer: Peer, batch: PayoutBatch, withdrawal: Withdrawal) -> list[int]:
    """Satoshis of each output to its address in its batch's transaction, as the node decodes it from the chain or the mempool."""
    assert batch.signed is not None
    decoded = await peer.ask("decoderawtransaction", batch.signed.hex())
    script = (await peer.ask("validateaddress", withdrawal.address))["scriptPubKey"]
    outputs = [(n, output) for n, output in enumerate(decoded["vout"]) if output["scriptPubKey"]["hex"] == script]
    there = [await peer.ask("gettxout", batch.txid, n, True) for n, _ in outputs]
    return [round(float(output["value"]) * 10**8) for output in there if output]


async def signed(peer: Peer, payouts: Payouts) -> PayoutBatch:
    """What waits, signed and not sent."""
    before = await soon()
    await payouts.step(before)
    await payouts.step(before)
    batch = await latest(peer)
    assert batch.state == PayoutBatchState.SIGNED
    return batch
