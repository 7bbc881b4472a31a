"""A batch in conflict: nothing more is paid until somebody orders it back and the chain has buried what was spent instead."""

from __future__ import annotations

import pytest

from models import HotWallet, PayoutBatch, PayoutBatchState, User, WithdrawalState
from models.coin import Network
from models.hot_wallet import hot_wallet
from models.ledger_proof import verify
from payments.batch import BURIED_BLOCKS, Payouts
from payments.rpc import as_coins
from payments.transaction import Transaction
from tests.payments.paying import asked, goes_on, opened, problem, signed
from tests.support.coins import LitecoinPeer, Peer
from tests.support.payouts import purse


async def rival_of(peer: Peer, batch: PayoutBatch) -> str:
    """What somebody who has our keys would send."""
    async with peer.node() as node:
        await node.lock_only([])
    return await peer.rival((txid, output) for txid, output in batch.inputs or [])


async def test_a_conflicting_spend_stops_the_coin_until_a_human_orders_it_back_and_the_chain_has_buried_it(
    peer: Peer, payouts: Payouts
) -> None:
    withdrawal = await asked(peer, 500_000)
    batch = await signed(peer, payouts)
    await peer.ask("sendrawtransaction", await rival_of(peer, batch))
    await peer.mine()

    await goes_on(payouts)

    wallet = await HotWallet.of(peer.coin)
    assert (await batch.reread()).state == PayoutBatchState.CONFLICTED
    assert wallet.needs_human
    assert "in conflict" in (wallet.problem or "")
    assert (await withdrawal.reread()).state == WithdrawalState.PROCESSING
    await goes_on(payouts)
    assert await PayoutBatch.all().count() == 1

    await batch.order_back(by=None, reason="Its input was spent otherwise.")
    await goes_on(payouts)
    wallet = await HotWallet.of(peer.coin)
    assert "100 blocks deep, and it is 1." in (wallet.problem or "")
    assert not wallet.needs_human
    await peer.mine(BURIED_BLOCKS - 2)
    await goes_on(payouts)
    assert "it is 99." in (await problem(peer) or "")
    assert (await withdrawal.reread()).state == WithdrawalState.PROCESSING
    await peer.mine()
    await goes_on(payouts)

    failed = await withdrawal.reread()
    assert (failed.state, failed.reason) == (WithdrawalState.FAILED, "Its input was spent otherwise.")
    # What was spent behind our back is missing: nothing more is paid until a human has found out.
    await goes_on(payouts)
    assert "the ledger" in (await problem(peer) or "")
    assert await verify() == []


@pytest.mark.needs("litecoind")
async def test_a_payment_that_was_driven_out_after_it_was_sent_is_given_back_by_how_deep_the_other_lies(
    litecoin: LitecoinPeer, emptied: None
) -> None:
    async with litecoin.node() as node:
        await opened(litecoin, node)
        payouts = Payouts(node, Network.REGTEST)
        withdrawal = await asked(litecoin, 500_000)
        batch = await signed(litecoin, payouts)
        rival = await rival_of(litecoin, batch)
        await goes_on(payouts)
        assert (await batch.reread()).state == PayoutBatchState.BROADCAST
        await litecoin.ask("generateblock", litecoin.address(), [rival])
        await goes_on(payouts)
        conflicted = await batch.reread()
        assert conflicted.state == PayoutBatchState.CONFLICTED
        assert Transaction.read(bytes.fromhex(rival)).txid in str(conflicted.conflict)
        # Ours is on its way no more: what is missing is what the other took.
        assert f"and the ledger {as_coins(await hot_wallet(litecoin.coin).balance())}" in (await payouts.disagreement() or "")

        await batch.order_back(by=None, reason="Its input was spent otherwise.")
        await litecoin.mine(BURIED_BLOCKS - 2)
        await goes_on(payouts)
        assert "it is 99." in (await problem(litecoin) or "")
        assert (await withdrawal.reread()).state == WithdrawalState.SENT
        await litecoin.mine()
        await goes_on(payouts)

        assert (await withdrawal.reread()).state == WithdrawalState.FAILED
        assert await verify() == []


@pytest.mark.needs("litecoind")
async def test_a_payment_that_gets_into_the_chain_after_all_is_paid_whatever_was_ordered(litecoin: LitecoinPeer, emptied: None) -> None:
    async with litecoin.node() as node:
        await opened(litecoin, node)
        payouts = Payouts(node, Network.REGTEST)
        withdrawal = await asked(litecoin, 500_000)
        batch = await signed(litecoin, payouts)
        rival = await rival_of(litecoin, batch)
        await goes_on(payouts)
        [block] = (await litecoin.ask("generateblock", litecoin.address(), [rival])).values()
        await goes_on(payouts)
        assert (await batch.reread()).state == PayoutBatchState.CONFLICTED
        await batch.order_back(by=None, reason="Its input was spent otherwise.")

        # The other's block is torn out of the chain, and ours comes into the next.
        await litecoin.ask("invalidateblock", block)
        assert batch.signed is not None
        await litecoin.ask("generateblock", litecoin.address(), [batch.signed.hex()])
        await litecoin.mine(litecoin.coin.confirmations)
        await goes_on(payouts)

        assert (await batch.reread()).state == PayoutBatchState.SETTLED
        assert (await withdrawal.reread()).state == WithdrawalState.CONFIRMED
        assert await verify() == []


@pytest.mark.needs("litecoind")
async def test_a_payment_that_got_into_the_chain_under_another_id_is_never_given_back(litecoin: LitecoinPeer, emptied: None) -> None:
    async with litecoin.node() as node:
        await opened(litecoin, node)
        payouts = Payouts(node, Network.REGTEST)
        withdrawal = await asked(litecoin, 500_000)
        batch = await signed(litecoin, payouts)
        twin = await twin_of(litecoin, batch)
        await goes_on(payouts)
        await litecoin.ask("generateblock", litecoin.address(), [twin])
        await goes_on(payouts)
        assert (await batch.reread()).state == PayoutBatchState.CONFLICTED
        paid = f"Batch {batch.id} is paid by {Transaction.read(bytes.fromhex(twin)).txid}: its own payment under another id."
        assert paid in (await problem(litecoin) or "")

        await batch.order_back(by=None, reason="It seems lost.")
        await litecoin.mine(BURIED_BLOCKS)
        await goes_on(payouts)

        wallet = await HotWallet.of(litecoin.coin)
        assert paid in (wallet.problem or "")
        assert wallet.needs_human
        assert (await withdrawal.reread()).state == WithdrawalState.SENT
        assert (await batch.reread()).resolved_at is None
        assert await purse(await User.get(id=withdrawal.user_id)) == (0, 500_000, 0)


async def twin_of(peer: Peer, batch: PayoutBatch) -> str:
    """The same payment with another id, as when its signatures are written otherwise."""
    assert batch.signed is not None
    decoded = await peer.ask("decoderawtransaction", batch.signed.hex())
    spent = [{"txid": each["txid"], "vout": each["vout"], "sequence": 1} for each in decoded["vin"]]
    paid = [{each["scriptPubKey"]["addresses"][0]: str(each["value"])} for each in decoded["vout"]]
    blank = await peer.ask("createrawtransaction", spent, paid)
    return str((await peer.ask("signrawtransactionwithwallet", blank))["hex"])
