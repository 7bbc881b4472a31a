"""Payouts against real nodes: coins arrive once, exactly, whatever is away, wrong, lost or torn out of the chain."""

from __future__ import annotations

import asyncio
import json

import pytest
from tortoise.transactions import in_transaction

from models import Coin, HotWallet, PayoutBatch, PayoutBatchState, Quote, User, WithdrawalState
from models.coin import Network
from models.errors import TooLate
from models.hot_wallet import hot_wallet
from models.ledger_proof import verify
from ops.database import sql
from payments.batch import Payouts
from payments.node import Node
from tests.payments.paying import RATE, arrived, asked, goes_on, latest, problem, soon
from tests.support.ceiling import CEILING_SECONDS
from tests.support.coins import Peer
from tests.support.payouts import purse
from tests.support.rpc_proxy import LOSE_ANSWER, LOSE_QUESTION, PASS, RpcProxy


async def test_coins_arrive_are_confirmed_and_settled_and_both_books_agree(peer: Peer, payouts: Payouts) -> None:
    first, second = await asked(peer, 1_234_567), await asked(peer, 500_000)

    await goes_on(payouts)

    batch = await latest(peer)
    assert (batch.state, batch.size) == (PayoutBatchState.BROADCAST, 2)
    assert {(await each.reread()).state for each in (first, second)} == {WithdrawalState.SENT}
    assert await arrived(peer, batch, first) == [1_234_567]
    assert await arrived(peer, batch, second) == [500_000]
    # What is on its way is missing in neither book.
    assert await payouts.disagreement() is None
    for confirmations in range(1, peer.coin.confirmations):
        await peer.mine()
        await goes_on(payouts)
        assert ((await batch.reread()).state, (await batch.reread()).confirmations) == (PayoutBatchState.BROADCAST, confirmations)
    await peer.mine()
    await goes_on(payouts)

    assert (await batch.reread()).state == PayoutBatchState.SETTLED
    assert [step["state"] for step in (await first.reread()).timeline] == ["REQUESTED", "PROCESSING", "SENT", "CONFIRMED"]
    assert await problem(peer) is None
    assert await payouts.disagreement() is None
    assert await verify() == []


async def test_two_withdrawals_to_one_address_are_one_output(peer: Peer, payouts: Payouts) -> None:
    address = peer.address()
    first, _ = await asked(peer, 600_000, address=address), await asked(peer, 700_000, address=address)

    await goes_on(payouts)

    assert await arrived(peer, await latest(peer), first) == [1_300_000]


async def test_what_is_requested_later_waits_for_the_next_day(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 500_000)

    while await payouts.step(withdrawal.requested_at):
        pass

    assert (await withdrawal.reread()).state == WithdrawalState.REQUESTED
    assert await PayoutBatch.all().count() == 0


async def test_without_a_usable_rate_nothing_is_sent_and_admins_read_why(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 500_000)
    await sql.run("UPDATE quotes SET at = now() - interval '11 minutes'")

    await goes_on(payouts)

    assert await problem(peer) == "Nothing is sent: No fresh rate is known."
    assert (await withdrawal.reread()).state == WithdrawalState.REQUESTED

    await Quote.keep([(coin, "fixed", RATE) for coin in Coin])
    await goes_on(payouts)

    assert await problem(peer) is None
    assert (await withdrawal.reread()).state == WithdrawalState.SENT


async def test_an_address_of_another_network_fails_alone_and_its_money_returns(peer: Peer, payouts: Payouts) -> None:
    wrong = await asked(peer, 500_000, address="ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9")
    right = await asked(peer, 500_000)

    await goes_on(payouts)

    assert (await right.reread()).state == WithdrawalState.SENT
    failed = await wrong.reread()
    assert (failed.state, failed.reason) == (WithdrawalState.FAILED, "Nothing can be paid to this address.")
    assert await purse(await User.get(id=wrong.user_id)) == (500_000, 0, 0)
    assert await verify() == []


async def test_what_would_be_dust_fails_and_its_money_returns(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 500_000)
    # Half a dollar is less than the dust of the coin.
    await Quote.keep([(coin, "fixed", 500_000 * 10**8 // coin.dust + 10**9) for coin in Coin])

    await goes_on(payouts)

    assert (await withdrawal.reread()).state == WithdrawalState.FAILED
    assert await PayoutBatch.all().count() == 0
    assert await verify() == []


async def test_a_hot_wallet_too_low_pays_the_oldest_and_calls_a_human_for_the_rest(peer: Peer, payouts: Payouts) -> None:
    account = await hot_wallet(peer.coin).balance()
    # At a rate at which the wallet holds two dollars.
    await Quote.keep([(coin, "fixed", 2_000_000 * 10**8 // account) for coin in Coin])
    first, second = await asked(peer, 1_000_000), await asked(peer, 1_500_000)

    await payouts.step(await soon())

    assert (await first.reread()).state == WithdrawalState.PROCESSING
    assert (await second.reread()).state == WithdrawalState.REQUESTED
    assert "lacks" in (await problem(peer) or "")
    assert (await HotWallet.of(peer.coin)).needs_human
    await (await latest(peer)).abandon()


async def test_coins_that_a_signing_left_locked_are_there_for_the_next_batch(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 500_000)
    # A question that came late, or an unlocking that was lost, of a batch that is no more.
    async with peer.node() as node:
        await node.lock([(coin["txid"], coin["vout"]) for coin in await peer.ask("listunspent")])

    await goes_on(payouts)

    assert await problem(peer) is None
    assert (await withdrawal.reread()).state == WithdrawalState.SENT


async def test_a_fee_above_the_ceiling_lets_the_batch_go(peer: Peer, payouts: Payouts, monkeypatch: pytest.MonkeyPatch) -> None:
    from ops.settings import settings

    withdrawal = await asked(peer, 500_000)
    monkeypatch.setenv("PAYOUT_FEE_CEILING", "0.000001")
    settings.cache_clear()
    try:
        await goes_on(payouts)
    finally:
        monkeypatch.undo()
        settings.cache_clear()

    assert (await latest(peer)).state == PayoutBatchState.ABANDONED
    assert (await withdrawal.reread()).state == WithdrawalState.REQUESTED
    assert "our limit" in (await problem(peer) or "")
    assert await verify() == []


async def test_the_wrong_chain_pays_nothing(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 500_000)

    async with peer.node() as node:
        assert not await Payouts(node, Network.MAIN).step(await soon())

    assert (await withdrawal.reread()).state == WithdrawalState.REQUESTED
    assert (await HotWallet.of(peer.coin)).needs_human


async def test_coins_that_come_in_are_booked_once_and_coins_that_go_unseen_stop_the_payouts(peer: Peer, payouts: Payouts) -> None:
    before = await hot_wallet(peer.coin).balance()
    await asked(peer, 500_000)
    change = await peer.ask("getnewaddress")
    # From the wallet to itself: what comes is a receipt, what goes is no payout of ours.
    await peer.ask("sendtoaddress", change, "0.5")
    await peer.mine()

    await goes_on(payouts)

    assert await hot_wallet(peer.coin).balance() == before + 50_000_000
    assert "See docs/runbook.md" in (await problem(peer) or "")
    assert await PayoutBatch.all().count() == 0


async def test_two_workers_at_once_pay_once(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 500_000)
    async with peer.node() as node:
        other = Payouts(node, Network.REGTEST)
        before = await soon()
        for _ in range(8):
            await asyncio.gather(payouts.step(before), other.step(before), return_exceptions=True)
        await peer.mine(peer.coin.confirmations)
        for _ in range(4):
            await asyncio.gather(payouts.step(before), other.step(before), return_exceptions=True)

    batch = await latest(peer)
    assert batch.state == PayoutBatchState.SETTLED
    assert await arrived(peer, batch, withdrawal) == [500_000]
    assert await PayoutBatch.filter(state__not="ABANDONED").count() == 1
    assert await payouts.disagreement() is None
    assert await verify() == []


@pytest.mark.parametrize("fault", [LOSE_QUESTION, LOSE_ANSWER], ids=["question", "answer"])
@pytest.mark.parametrize("method", ["fundrawtransaction", "signrawtransactionwithwallet", "sendrawtransaction", "gettransaction"])
async def test_whatever_is_lost_on_the_way_to_the_node_it_pays_once(peer: Peer, payouts: Payouts, method: str, fault: object) -> None:
    withdrawal = await asked(peer, 500_000)
    lost: list[str] = []

    def once(called: str) -> object:
        if called == method and not lost:
            lost.append(called)
            return fault
        return PASS

    async with RpcProxy(peer.url) as proxy, Node(peer.coin, proxy.url, timeout=CEILING_SECONDS) as node:
        proxy.fault = once  # type: ignore[assignment]
        shaky = Payouts(node, Network.REGTEST)
        before = await soon()
        for _ in range(12):
            await shaky.step(before)
        await peer.mine(peer.coin.confirmations)
        for _ in range(4):
            await shaky.step(before)

    assert lost == [method]
    batch = await latest(peer)
    assert batch.state == PayoutBatchState.SETTLED
    assert await arrived(peer, batch, withdrawal) == [500_000]
    assert await PayoutBatch.filter(state__not="ABANDONED").count() == 1
    assert await payouts.disagreement() is None
    assert await verify() == []


async def test_a_reorganisation_returns_it_to_broadcast_and_it_is_paid_by_the_same_bytes(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 500_000)
    await goes_on(payouts)
    batch = await latest(peer)
    await peer.mine(peer.coin.confirmations)
    # Seen deep enough once, and not yet settled.
    await payouts.step(await soon())
    assert (await batch.reread()).state == PayoutBatchState.CONFIRMED
    height = await peer.ask("getblockcount")
    await peer.ask("invalidateblock", await peer.ask("getblockhash", height - peer.coin.confirmations + 1))

    await payouts.step(await soon())

    # The node of Bitcoin Cash counts the headers that we told it to forget, and so has to catch up first.
    waits = PayoutBatchState.BROADCAST if peer.coin is Coin.LTC else PayoutBatchState.CONFIRMED
    assert (await batch.reread()).state == waits
    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    await payouts.step(await soon())
    await peer.mine(peer.coin.confirmations)
    await goes_on(payouts)
    assert (await batch.reread()).state == PayoutBatchState.SETTLED
    assert await arrived(peer, batch, withdrawal) == [500_000]
    assert (await batch.reread()).signed == batch.signed
    assert await payouts.disagreement() is None
    assert await verify() == []


async def test_a_database_that_forgot_what_was_signed_and_sent_signs_nothing_anew(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 500_000)
    await goes_on(payouts)
    batch = await latest(peer)
    assert await arrived(peer, batch, withdrawal) == [500_000]
    # The server died, and its replica was a second behind.
    async with in_transaction():
        await sql.run("SET LOCAL session_replication_role = replica")
        await sql.run(
            "UPDATE payout_batches SET state = 'CLAIMED', signed = NULL, txid = NULL, inputs = NULL, network_fee = NULL,"
            " confirmations = NULL"
        )
        await sql.run("UPDATE withdrawals SET state = 'PROCESSING'")

    await goes_on(payouts)
    await peer.mine(peer.coin.confirmations)
    await goes_on(payouts)

    assert (await batch.reread()).state == PayoutBatchState.CLAIMED
    assert (await withdrawal.reread()).state == WithdrawalState.PROCESSING
    assert "See docs/runbook.md" in (await problem(peer) or "")
    assert (await HotWallet.of(peer.coin)).needs_human
    # However long that takes: who has their coins cannot take their money back besides.
    await sql.run("UPDATE payout_batches SET rate_at = now() - interval '11 minutes'")
    await goes_on(payouts)
    with pytest.raises(TooLate):
        await withdrawal.cancel()
    # As the runbook says: it is told again what was signed.
    await sql.run(
        "UPDATE payout_batches SET state = 'SIGNED', signed = decode($1, 'hex'), txid = $2, inputs = $3::jsonb, network_fee = $4,"
        " signed_at = now() WHERE id = $5 AND state = 'CLAIMED'",
        (await peer.ask("gettransaction", batch.txid))["hex"],
        batch.txid,
        json.dumps(batch.inputs),
        batch.network_fee,
        batch.id,
    )
    await goes_on(payouts)

    assert (await withdrawal.reread()).state == WithdrawalState.CONFIRMED
    assert await arrived(peer, batch, withdrawal) == [500_000]
    assert await problem(peer) is None
    assert await payouts.disagreement() is None
    assert await verify() == []


async def test_a_dry_run_tells_and_changes_nothing(peer: Peer, payouts: Payouts) -> None:
    withdrawal = await asked(peer, 1_500_000)

    plan = await payouts.plan(await soon())

    assert str(plan) == "1 withdrawals, $1.50 at $100.00: 0.01500000"
    assert (await withdrawal.reread()).state == WithdrawalState.REQUESTED
    assert await PayoutBatch.all().count() == 0
